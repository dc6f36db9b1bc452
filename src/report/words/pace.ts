import type { RunActivity } from '../../experiments/activity'
import { countText, durationText } from '../../support/quantities'

/** How fast networks train: `1,234 steps/s`, `3.2 steps/s`, or `2.5 s per step` where that is more than one. */
export function speedText(stepsPerSecond: number): string {
  if (stepsPerSecond >= 10) return `${countText(Math.round(stepsPerSecond))} steps/s`
  if (stepsPerSecond >= 1) {
    const rounded = Number(stepsPerSecond.toFixed(1))
    return `${rounded} ${rounded === 1 ? 'step' : 'steps'}/s`
  }
  const seconds = 1 / stepsPerSecond
  return `${seconds < 10 ? Number(seconds.toFixed(1)) : countText(Math.round(seconds))} s per step`
}

/** What is going on while nothing moves or how fast it does, and how long it will take or that this is not known yet. */
export function paceParts({
  phase,
  stepsPerSecond,
  secondsLeft,
  estimating,
}: Pick<RunActivity, 'phase' | 'stepsPerSecond' | 'secondsLeft' | 'estimating'>): string[] {
  return [
    ...(phase !== undefined ? [phase] : stepsPerSecond > 0 ? [speedText(stepsPerSecond)] : []),
    ...(secondsLeft !== undefined ? [`${durationText(secondsLeft)} left`] : []),
    ...(secondsLeft === undefined && estimating ? ['estimating time left'] : []),
  ]
}
