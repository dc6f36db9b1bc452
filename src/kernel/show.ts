import { isDisplayable } from '../report/display'
import { bundleOf, inspected } from '../report/showing/bundle'
import type { Outputs } from './output'

/** Shows values below the cells that ask for it. */
export interface Showing {
  /**
   * Shows a value below the cell that asks for it, and a list of values that say how they look one by one. What takes time,
   * such as a plot, has its place at once.
   * @throws what the value's own display method throws
   */
  readonly show: (value: unknown) => void
  /** From now on, values that an execution shows are waited for by {@link Showing.end}. */
  readonly begin: (execution: number) => void
  /** Resolves when all that an execution has shown is there. @throws what the first that could not be shown has thrown */
  readonly end: (execution: number) => Promise<void>
}

export function createShowing(outputs: Outputs): Showing {
  /** What running cells show that is still to come, in its order. */
  const coming = new Map<number, Promise<unknown>[]>()

  const showing: Showing = {
    show(value) {
      if (isSeveral(value)) {
        value.forEach(showing.show)
        return
      }
      const bundle = bundleOf(value)
      if (!(bundle instanceof Promise)) {
        outputs.display(bundle)
        return
      }
      const place = outputs.display({})
      const shown = bundle.then(place, (error: unknown) => {
        const why = error instanceof Error ? error.message : inspected(error)
        place({ 'text/plain': `This could not be shown: ${why}` })
        throw error
      })
      // A cell that has ended awaits nothing: what fails then is told as every rejection is that nobody awaits.
      const execution = outputs.owner()
      const waited = execution === undefined ? undefined : coming.get(execution)
      if (!waited) return
      waited.push(shown)
      shown.catch(() => undefined)
    },
    begin: (execution) => void coming.set(execution, []),
    async end(execution) {
      const failures: unknown[] = []
      const waited = coming.get(execution) ?? []
      try {
        // What is shown may show more.
        while (waited.length > 0) {
          for (const ended of await Promise.allSettled(waited.splice(0))) {
            if (ended.status === 'rejected') failures.push(ended.reason)
          }
        }
      } finally {
        coming.delete(execution)
      }
      if (failures.length > 0) throw failures[0]
    },
  }
  return showing
}

/** Whether this is a list of plots, results and the like, which are shown one below the other. */
function isSeveral(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && !isDisplayable(value) && value.length > 0 && value.every(isDisplayable)
}
