import { belongingHere } from '../../support/async-context'
import type { MimeBundle } from '../../report/display'
import type { LabHost } from '../host'

/** An output that follows something that changes often. */
export interface ThrottledDisplay {
  /** Something has changed: shown now, or at the end of the interval. */
  changed(): void
  /** Shows the last state and waits for it. @throws what the last `makeBundle` threw. */
  finish(): Promise<void>
  /** Shows nothing more. */
  drop(): void
}

/**
 * Shows what `makeBundle` makes, at most once every `interval` milliseconds and one at a time, and always the
 * last state in the end, which it is told. A failure of `makeBundle` while things change is logged, and the next change tries anew.
 */
export function throttledDisplay(
  host: Pick<LabHost, 'display' | 'log'>,
  makeBundle: (isLast: boolean) => MimeBundle | Promise<MimeBundle>,
  interval = 500,
): ThrottledDisplay {
  let replace: ((bundle: MimeBundle) => void) | undefined
  let timer: NodeJS.Timeout | undefined
  let rendering: Promise<void> | undefined
  let dirty = false
  let finished = false
  let shownAt = -Infinity

  // Whatever changes it, it belongs to the cell that has made it.
  const show = belongingHere(async (isLast: boolean): Promise<void> => {
    dirty = false
    shownAt = Date.now()
    const bundle = await makeBundle(isLast)
    if (replace) replace(bundle)
    else replace = host.display(bundle)
  })

  const schedule = (): void => {
    if (timer !== undefined || rendering !== undefined || finished) return
    timer = setTimeout(start, Math.max(0, shownAt + interval - Date.now()))
  }

  const start = (): void => {
    timer = undefined
    rendering = show(false)
      .catch((error: unknown) => {
        host.log(
          'warning',
          `A live plot could not be drawn: ${error instanceof Error ? error.message : String(error)}`,
        )
      })
      .finally(() => {
        rendering = undefined
        if (dirty) schedule()
      })
  }

  const end = (): void => {
    finished = true
    clearTimeout(timer)
  }

  return {
    changed() {
      dirty = true
      schedule()
    },
    drop: end,
    async finish() {
      end()
      await rendering
      await show(true)
    },
  }
}
