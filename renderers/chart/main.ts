import type { ActivationFunction } from 'vscode-notebook-renderer'
import type { Chart } from './chart'
import { createChart } from './chart'
import { installStyle } from './style'
import { onThemeChange } from './theme'
import { isWorker, serveTrials } from './trial-worker'

if (isWorker) serveTrials()

/** Entry point of the notebook renderer `ticketlab-chart`: draws outputs that are Vega-Lite or Vega. */
export const activate: ActivationFunction = (context) => {
  const charts = new Map<string, Chart>()
  const post = context.postMessage?.bind(context)
  installStyle()
  onThemeChange(() => charts.forEach((chart) => void chart.redraw()))

  const dispose = (id: string): void => {
    charts.get(id)?.dispose()
    charts.delete(id)
  }

  return {
    async renderOutputItem(item, element, signal) {
      // The same output may come back in another element, such as after its cell has moved.
      if (charts.get(item.id)?.element !== element) dispose(item.id)
      const chart = charts.get(item.id) ?? createChart(element, post)
      charts.set(item.id, chart)
      if (signal.aborted) return
      // Read lazily: JSON that is none is a problem of the output to be shown in its place.
      await chart.show(() => item.json() as unknown, /vnd\.vega\./.test(item.mime) ? 'vega' : 'vega-lite')
    },

    disposeOutputItem(id) {
      if (id === undefined) [...charts.keys()].forEach(dispose)
      else dispose(id)
    },
  }
}
