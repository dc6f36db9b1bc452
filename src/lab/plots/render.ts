import { parse, View, type Loader, type Spec } from 'vega'
import { compile } from 'vega-lite'
import type { PlotSpec } from './figure'
import { paper } from './paper'

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
 * @throws what Vega throws for a spec that it cannot draw, also for one that asks for data from elsewhere
 */
export async function renderSpec(spec: object, language: 'vega' | 'vega-lite'): Promise<string> {
  // Vega-Lite warns of a schema whose version is not its own, although it draws it.
  const plain = { ...spec, $schema: undefined }
  return language === 'vega' ? svgOf(plain as unknown as Spec) : renderSvg(plain as unknown as PlotSpec)
}

async function svgOf(spec: Spec): Promise<string> {
  const refused: Error[] = []
  const view = new View(parse(spec), { renderer: 'none', loader: offlineLoader(refused) })
  try {
    const svg = await view.toSVG()
    if (refused[0]) throw refused[0]
    return svg
  } finally {
    view.finalize()
  }
}

/** Refuses every address, as the notebook's renderer does, which would not draw the figure either. */
function offlineLoader(refused: Error[]): Loader {
  const refuse = (address: string): Promise<never> => {
    const error = new Error(
      `Figures load nothing from elsewhere, but this one asks for ${address}. Put the data into the spec.`,
    )
    refused.push(error)
    return Promise.reject(error)
  }
  return { load: refuse, sanitize: refuse, http: refuse, file: refuse }
}
