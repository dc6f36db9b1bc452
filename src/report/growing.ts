import { isDigest } from '../store/layout'
import { listOf, objectOf, parseAs, text } from '../support/json-shape'
import type { Digest } from '../tasks/tasks'
import { plotMime, type MimeBundle } from './display'
import type { Plot } from './figures/plot'

const svgMime = 'image/svg+xml'

/**
 * What a notebook keeps of a figure that grows: without the SVG, since whoever watches draws the spec, and drawing it here as well,
 * twice a second, would take a tenth of a core from training. It says what it is of, for when its notebook is opened again.
 */
export function growingBundle(plot: Plot, experiments: readonly Digest[]): MimeBundle {
  const usermeta: Growing['usermeta'] = { ticketlab: { growing: experiments } }
  return { [plotMime]: JSON.stringify({ ...plot.spec, usermeta }), 'text/plain': plot.text() }
}

/** Vega-Lite leaves `usermeta` to whoever makes the spec. */
interface Growing {
  readonly usermeta: { readonly ticketlab: { readonly growing: readonly Digest[] } }
}

const growing = objectOf({ usermeta: objectOf({ ticketlab: objectOf({ growing: listOf(text) }) }) })

/** Whether an output of these types is a figure that was growing when it was last seen. */
export function isGrowing(mimes: readonly string[]): boolean {
  return mimes.includes(plotMime) && !mimes.includes(svgMime)
}

/** The experiments whose figure grows, by its spec; none for anybody else's. */
export function growingIn(spec: Uint8Array): readonly Digest[] {
  const found = parseAs(spec, growing) as Growing | undefined
  return found ? found.usermeta.ticketlab.growing.filter(isDigest) : []
}
