import { notebooks, type Disposable } from 'vscode'
import type { FromChart } from '../../renderers/chart/messages'
import { chartRendererId } from './contributions'
import { saveImage } from './save-image'

/** Saves the figures that the chart renderer is asked to save: a page of a notebook can write no files. */
export function registerCharts(): Disposable {
  return notebooks
    .createRendererMessaging(chartRendererId)
    .onDidReceiveMessage(({ message }: { message: FromChart }) => {
      const { name, format, data } = message
      void saveImage(name, Buffer.from(data, format === 'png' ? 'base64' : 'utf8'))
    })
}
