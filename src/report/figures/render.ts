import { parse, View, type Config, type Spec } from 'vega'
import { compile } from 'vega-lite'
import type { PlotSpec } from './figure'
import { checkedSvg, offlineLoader } from './offline'
import { paper, vegaLook } from './paper'

/**
 * Draws a spec as SVG, without a browser. This module pulls in Vega; load it with `import()` only.
 *
 * @throws what Vega throws for a spec that it cannot compile.
 */
export async function renderSvg(spec: PlotSpec): Promise<string> {
  return svgOf(compile(spec, { config: paper }).spec)
}

/**
 * Draws a spec of the user's own. Nothing is known of it but its language.
 *
 * @throws what Vega throws for a spec that it cannot draw, also for one that asks for anything from elsewhere
 */
export async function renderSpec(spec: object, language: 'vega' | 'vega-lite'): Promise<string> {
  // Vega-Lite warns of a schema whose version is not its own, although it draws it.
  const plain = { ...spec, $schema: undefined }
  return language === 'vega'
    ? svgOf(plain as unknown as Spec, vegaLook(paper))
    : renderSvg(plain as unknown as PlotSpec)
}

async function svgOf(spec: Spec, look: Config = {}): Promise<string> {
  const refused: Error[] = []
  const view = new View(parse(spec, look), {
    renderer: 'none',
    loader: offlineLoader((error) => refused.push(error)),
  })
  try {
    const svg = await view.toSVG()
    if (refused[0]) throw refused[0]
    return checkedSvg(svg)
  } finally {
    view.finalize()
  }
}
