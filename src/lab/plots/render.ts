import { parse, View } from 'vega'
import { compile } from 'vega-lite'
import type { PlotSpec } from './figure'
import { paper } from './paper'

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
