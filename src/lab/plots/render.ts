import { parse, View } from 'vega'
import type { Config } from 'vega-lite'
import { compile } from 'vega-lite'
import type { PlotSpec } from './figure'

/** Dark on white: an SVG in a file cannot know the page it will stand on, and white can be read on any. */
const paper: Config = {
  background: 'white',
  padding: 10,
  font: 'Helvetica, Arial, sans-serif',
  axis: {
    labelColor: '#333333',
    titleColor: '#1f1f1f',
    domainColor: '#767676',
    tickColor: '#767676',
    gridColor: '#d0d0d0',
  },
  legend: { labelColor: '#333333', titleColor: '#1f1f1f' },
  title: { color: '#1f1f1f', subtitleColor: '#555555' },
  text: { color: '#555555' },
}

/**
 * Draws a spec as SVG, without a browser. This module pulls in Vega; load it with `import()` only.
 *
 * @throws what Vega throws for a spec that it cannot compile.
 */
export async function renderSvg(spec: PlotSpec): Promise<string> {
  const view = new View(parse(compile(spec, { config: paper }).spec), { renderer: 'none' })
  try {
    return await view.toSVG()
  } finally {
    view.finalize()
  }
}
