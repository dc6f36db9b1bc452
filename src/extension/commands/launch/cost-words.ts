import type { ToldCost } from '../../../lab/assistant/planned'
import { bytesText, countText, durationText } from '../../../support/quantities'

/** Such as `18 trainings, 36,000 steps, about 3 min on this machine, 12 MB on disk`. */
export function costWords({ trainings, steps, seconds, bytes }: ToldCost): string {
  if (steps.todo === 0 && trainings.todo === 0 && seconds === 0)
    return 'nothing is to be computed, all of it is in the store'
  const stored = steps.total - steps.todo
  return [
    `${countText(trainings.todo)} ${trainings.todo === 1 ? 'training' : 'trainings'}, ${countText(steps.todo)} steps`,
    seconds === undefined ? 'time not measured yet' : `about ${durationText(seconds)} on this machine`,
    ...(bytes === undefined ? [] : [`${bytesText(bytes)} on disk`]),
    ...(stored > 0 ? [`${countText(stored)} steps are in the store`] : []),
  ].join(', ')
}
