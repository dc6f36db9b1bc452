import type { LabHost } from '../lab/host'
import type { Lab } from '../lab/api'
import type { WatchingRunner } from '../lab/running/runner'
import type { Digest } from '../tasks/tasks'

/** The global `lab` of the cells. */
export interface LabGlobal {
  /** Loads what `lab` is made of; a cell that uses it waits for this. */
  load(): Promise<void>
  /** Cancels a run, if there can be any. */
  cancel(run: number): void
  toBackground(run: number): void
  /** Shows runs that others compute; see {@link WatchingRunner.watch}. */
  watch(runs: readonly Digest[], leave: AbortSignal): Promise<void>
}

/** Defines `lab`, made when it is first used, so that a cell that does without it need not wait. */
export function defineLab(host: LabHost): LabGlobal {
  let parts: Parts | undefined
  let runner: WatchingRunner | undefined
  let lab: Lab | undefined
  let loading: Promise<Parts> | undefined
  const load = (): Promise<Parts> => (loading ??= loadParts().then((loaded) => (parts = loaded)))
  Object.defineProperty(globalThis, 'lab', {
    configurable: true,
    enumerable: true,
    get: () => {
      if (!parts) throw new ReferenceError("'lab' is still being loaded: run the cell once more.")
      runner ??= parts.createRunner(host)
      return (lab ??= parts.createLab(host, runner))
    },
  })
  return {
    async load() {
      await load()
    },
    // What is watched runs without a `lab`, until a cell asks for it.
    cancel: (run) => (lab ?? runner)?.cancel(run),
    toBackground: (run) => (lab ?? runner)?.toBackground(run),
    async watch(runs, leave) {
      const { createRunner } = await load()
      runner ??= createRunner(host)
      if (!leave.aborted) await runner.watch(runs, leave)
    },
  }
}

interface Parts {
  readonly createLab: (host: LabHost, runner: WatchingRunner) => Lab
  readonly createRunner: (host: LabHost) => WatchingRunner
}

async function loadParts(): Promise<Parts> {
  const { createLab } = await import('../lab/lab')
  const { createRunner } = await import('../lab/running/runner')
  return { createLab, createRunner }
}
