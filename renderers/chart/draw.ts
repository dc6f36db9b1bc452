import type { View } from 'vega'
import { paper } from '../../src/report/figures/paper'
import { checkedSvg, offlineLoader } from '../../src/report/figures/offline'
import { guard } from './guard'
import type { AnySpec } from './layout'
import { bringsBackground } from './layout'
import type { Theme } from './theme-config'
import { themeConfig } from './theme-config'
import { showTooltip } from './tooltip'
import type { Language } from './view'
import { viewOf } from './view'

/** A figure on the page. */
export interface Drawing {
  readonly view: View
  /** Ends its listeners; what is drawn stays. */
  finalize(): void
}

/** What is to be drawn. */
export interface Figure {
  readonly spec: AnySpec
  readonly language: Language
}

/**
 * Draws a figure into `container`, which must be on the page already so that its width can be measured.
 *
 * @param refusedLater is told when a figure on show, moved over or played with, asks for something from elsewhere
 * @throws what Vega throws for a spec that it cannot draw; for one that asks for something from elsewhere
 */
export async function draw(
  container: HTMLElement,
  { spec, language }: Figure,
  theme: Theme,
  refusedLater: (error: Error) => void,
): Promise<Drawing> {
  const first: Error[] = []
  let refused = (error: Error): void => void first.push(error)
  const [figure, controls] = [document.createElement('div'), document.createElement('div')]
  controls.className = 'ticketlab-chart-controls'
  container.replaceChildren(figure, controls)
  const view = viewOf(spec, language, bringsBackground(spec) ? {} : themeConfig(theme), {
    renderer: 'svg',
    loader: offlineLoader((error) => refused(error)),
    tooltip: showTooltip,
    hover: language === 'vega',
  })
  try {
    await view
      .initialize(
        guard(figure, (error) => refused(error)),
        controls,
      )
      .runAsync()
    if (first[0]) throw first[0]
  } catch (error) {
    view.finalize()
    throw error
  }
  refused = refusedLater
  return { view, finalize: () => void view.finalize() }
}

/** A figure for a file: dark on white whatever the editor's theme is, unless it brings colours of its own. */
export async function drawFile(figure: Figure, drawn: View, format: 'svg' | 'png'): Promise<string> {
  const { spec, language } = figure
  if (bringsBackground(spec)) return fileOf(drawn, format)
  // Off the page there is no container to be as wide as.
  const sized = spec['width'] === 'container' ? { ...spec, width: drawn.width() } : spec
  const view = viewOf(sized, language, paper, { renderer: 'none', loader: offlineLoader(() => {}) })
  try {
    return await fileOf(view, format)
  } finally {
    view.finalize()
  }
}

/** How many pixels of a PNG make one of the figure: enough for print at the width of a column. */
const pngScale = 3

async function fileOf(view: View, format: 'svg' | 'png'): Promise<string> {
  if (format === 'svg') return checkedSvg(await view.toSVG())
  const canvas = await view.toCanvas(pngScale)
  return canvas.toDataURL('image/png').replace('data:image/png;base64,', '')
}
