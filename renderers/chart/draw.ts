import type { View } from 'vega'
import { parse, View as VegaView } from 'vega'
import embed from 'vega-embed'
import { expressionInterpreter } from 'vega-interpreter'
import { compile } from 'vega-lite'
import { paper } from '../../src/lab/plots/paper'
import type { AnySpec } from './layout'
import { bringsBackground, drawable } from './layout'
import { offlineLoader } from './offline'
import { tooltipId } from './style'
import type { Theme } from './themeConfig'
import { themeConfig } from './themeConfig'

/** A figure on the page. */
export interface Drawing {
  readonly view: View
  /** Ends its listeners; what is drawn stays. */
  finalize(): void
}

/**
 * Draws a spec into `container`, which must be on the page already so that texts can be measured. Expressions
 * are interpreted, never compiled, so that it works on pages that forbid `eval`.
 *
 * @throws what Vega throws for a spec that it cannot draw
 */
export async function draw(container: HTMLElement, spec: AnySpec, theme: Theme): Promise<Drawing> {
  const { loader, refused } = offlineLoader()
  const drawing = await embed(container, drawable(spec), {
    mode: 'vega-lite',
    renderer: 'svg',
    ast: true,
    expr: expressionInterpreter,
    loader,
    actions: false,
    defaultStyle: false,
    tooltip: { id: tooltipId, disableDefaultStyle: true },
    ...(bringsBackground(spec) ? {} : { config: themeConfig(theme) }),
  })
  if (refused[0]) {
    drawing.finalize()
    throw refused[0]
  }
  return drawing
}

/** A figure for a file: dark on white whatever the editor's theme is, unless it brings colours of its own. */
export async function drawFile(spec: AnySpec, drawn: View, format: 'svg' | 'png'): Promise<string> {
  if (bringsBackground(spec)) return fileOf(drawn, format)
  // Off the page there is no container to be as wide as.
  const sized = spec['width'] === 'container' ? { ...spec, width: drawn.width() } : spec
  const { spec: compiled } = compile(drawable(sized), { config: paper })
  const view = new VegaView(parse(compiled, {}, { ast: true }), {
    renderer: 'none',
    loader: offlineLoader().loader,
    expr: expressionInterpreter,
  })
  try {
    return await fileOf(view, format)
  } finally {
    view.finalize()
  }
}

/** How many pixels of a PNG make one of the figure: enough for print at the width of a column. */
const pngScale = 3

async function fileOf(view: View, format: 'svg' | 'png'): Promise<string> {
  if (format === 'svg') return view.toSVG()
  const canvas = await view.toCanvas(pngScale)
  return canvas.toDataURL('image/png').replace('data:image/png;base64,', '')
}
