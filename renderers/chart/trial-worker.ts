import { offlineLoader } from '../../src/report/figures/offline'
import type { Figure } from './draw'
import { viewOf } from './view'

/** Whether this program was started as a worker: then there is no page. */
export const isWorker = typeof document === 'undefined'

/** What the page gets: first once when the worker is ready, then after each figure. */
export type TrialDone = 'done'

/** Draws the figures that come as messages, for nobody to see; what goes wrong is told by the drawing on the page. */
export function serveTrials(): void {
  addEventListener('message', ({ data }: MessageEvent<Figure>) => {
    void trial(data)
      .catch(() => {})
      .then(done)
  })
  done()
}

function done(): void {
  postMessage('done' satisfies TrialDone)
}

async function trial({ spec, language }: Figure): Promise<void> {
  const view = viewOf(spec, language, {}, { renderer: 'none', loader: offlineLoader(() => {}), logLevel: 0 })
  await view.toSVG()
  view.finalize()
}
