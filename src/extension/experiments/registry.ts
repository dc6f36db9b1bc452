import type { ExperimentView, State } from '../../experiments/view'
import type { Origin } from '../../store/experiments'
import type { Label } from '../../store/labels'
import type { Json } from '../../support/canonical'
import type { Digest } from '../../tasks/tasks'

/**
 * The experiments that are known: those that a kernel reports, and those in the store. What a living kernel says
 * wins over what the store says, since the store is written less often.
 */
export interface Registry {
  readonly stored: ReadonlyMap<Digest, ExperimentView>
  /** What the store has beside their views. */
  readonly kept: ReadonlyMap<Digest, Kept>
  readonly live: ReadonlyMap<Digest, LiveExperiment>
}

interface LiveExperiment {
  /** Any name for the kernel that reported it; absent once that kernel has ended. */
  readonly kernel?: string
  readonly view: ExperimentView
}

/** An experiment, and whether it is known to run: a kernel of this window tells about it, or a worker does. */
export interface KnownExperiment extends ExperimentView, Kept {
  readonly here: boolean
}

/** What the store has of an experiment beside its view. */
export interface Kept {
  /** What its user calls it, and whether it is pinned. */
  readonly label?: Label
  /** The cell that made it. */
  readonly origin?: Origin
  /** What it started from. */
  readonly setup?: Json
}

export const emptyRegistry: Registry = { stored: new Map(), kept: new Map(), live: new Map() }

/** The registry after the store was read. */
export function withStored(
  registry: Registry,
  views: readonly ExperimentView[],
  kept: ReadonlyMap<Digest, Kept> = new Map(),
): Registry {
  const stored = new Map(views.map((view) => [view.digest, view]))
  const live = [...registry.live].filter(([digest, { kernel, view }]) => {
    const isDeleted = registry.stored.has(digest) && !stored.has(digest) && !isUnfinished(view.state)
    // What a kernel left unfinished may have been finished by someone else since.
    return !isDeleted && (kernel !== undefined || stored.get(digest)?.state !== 'done')
  })
  return { stored, kept, live: new Map(live) }
}

/** The registry after a kernel reported an experiment. */
export function withLive(registry: Registry, kernel: string, view: ExperimentView): Registry {
  return { ...registry, live: new Map(registry.live).set(view.digest, { kernel, view }) }
}

/** The registry after a kernel ended: what it was still running has been cancelled by that. */
export function withoutKernel(registry: Registry, kernel: string): Registry {
  const live = [...registry.live].map(([digest, experiment]): [Digest, LiveExperiment] => [
    digest,
    experiment.kernel === kernel ? { view: stopped(experiment.view) } : experiment,
  ])
  return { ...registry, live: new Map(live) }
}

/**
 * Every experiment once.
 * @param background those that workers compute
 */
export function experiments(
  registry: Registry,
  background: ReadonlySet<Digest> = new Set(),
): KnownExperiment[] {
  const all = new Map<Digest, KnownExperiment>()
  const keptOf = (digest: Digest): Kept => registry.kept.get(digest) ?? {}
  for (const [digest, view] of registry.stored) {
    all.set(digest, { ...view, ...keptOf(digest), here: background.has(digest) })
  }
  for (const [digest, { kernel, view }] of registry.live) {
    // What a kernel showed when it ended, a worker goes on with.
    const isLeft = kernel === undefined && background.has(digest) && all.has(digest)
    if (!isLeft) all.set(digest, { ...view, ...keptOf(digest), here: true })
  }
  return [...all.values()]
}

/** What an experiment is called: by its user, or else by itself. */
export function shownName({ label, name }: Pick<KnownExperiment, 'label' | 'name'>): string {
  return label?.name ?? name
}

export function isUnfinished(state: State): boolean {
  return state === 'running' || state === 'waiting'
}

function stopped(view: ExperimentView): ExperimentView {
  if (!isUnfinished(view.state)) return view
  return {
    ...view,
    state: 'cancelled',
    levels: view.levels.map((level) =>
      isUnfinished(level.state) ? { ...level, state: 'cancelled' } : level,
    ),
  }
}
