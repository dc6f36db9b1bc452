import type { ExperimentView } from '../../experiments/view'
import type { Digest } from '../../training/tasks'

/**
 * The experiments that are known: those that a kernel reports, and those in the store. What a living kernel says
 * wins over what the store says, since the store is written less often.
 */
export interface Registry {
  readonly stored: ReadonlyMap<Digest, ExperimentView>
  readonly live: ReadonlyMap<Digest, LiveExperiment>
}

interface LiveExperiment {
  /** Any name for the kernel that reported it. */
  readonly kernel: string
  readonly view: ExperimentView
}

export const emptyRegistry: Registry = { stored: new Map(), live: new Map() }

/** The registry after the store was read. */
export function withStored(registry: Registry, views: readonly ExperimentView[]): Registry {
  return { ...registry, stored: new Map(views.map((view) => [view.digest, view])) }
}

/** The registry after a kernel reported an experiment. */
export function withLive(registry: Registry, kernel: string, view: ExperimentView): Registry {
  return { ...registry, live: new Map(registry.live).set(view.digest, { kernel, view }) }
}

/** The registry after a kernel ended: what it was still running has been cancelled by that. */
export function withoutKernel(registry: Registry, kernel: string): Registry {
  const live = new Map(
    [...registry.live].map(([digest, experiment]) => [
      digest,
      experiment.kernel === kernel ? { kernel, view: stopped(experiment.view) } : experiment,
    ]),
  )
  return { ...registry, live }
}

/** Every experiment once. */
export function experiments(registry: Registry): ExperimentView[] {
  const all = new Map(registry.stored)
  for (const [digest, { view }] of registry.live) all.set(digest, view)
  return [...all.values()]
}

function stopped(view: ExperimentView): ExperimentView {
  const unfinished = (state: ExperimentView['state']) => state === 'running' || state === 'waiting'
  if (!unfinished(view.state)) return view
  return {
    ...view,
    state: 'cancelled',
    levels: view.levels.map((level) => (unfinished(level.state) ? { ...level, state: 'cancelled' } : level)),
  }
}
