import type { LabHost } from '../lab/host'
import type { Lab } from '../lab/api'

/** The global `lab` of the cells. */
export interface LabGlobal {
  /** Loads what `lab` is made of; a cell that uses it waits for this. */
  load(): Promise<void>
  /** Cancels a run, if there can be any. */
  cancel(run: number): void
  toBackground(run: number): void
}

/** Defines `lab`, made when it is first used, so that a cell that does without it need not wait. */
export function defineLab(host: LabHost): LabGlobal {
  let createLab: ((host: LabHost) => Lab) | undefined
  let lab: Lab | undefined
  let loading: Promise<void> | undefined
  Object.defineProperty(globalThis, 'lab', {
    configurable: true,
    enumerable: true,
    get: () => {
      if (!createLab) throw new ReferenceError("'lab' is still being loaded: run the cell once more.")
      return (lab ??= createLab(host))
    },
  })
  return {
    load: () =>
      (loading ??= import('../lab/lab').then((module) => {
        createLab = module.createLab
      })),
    cancel: (run) => lab?.cancel(run),
    toBackground: (run) => lab?.toBackground(run),
  }
}
