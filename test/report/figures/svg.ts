/** The texts of an SVG document, in the order in which they are drawn. */
export function textsOf(svg: string): string[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>|<tspan[^>]*>([^<]*)<\/tspan>/g)].map(
    ([, text, span]) => text ?? span ?? '',
  )
}

/** How many groups of marks of a kind, such as `line`, there are: of lines one for each, of rules one for all of a layer. */
export function marks(svg: string, kind: string): number {
  return svg.match(new RegExp(`roledescription="${kind} mark"`, 'g'))?.length ?? 0
}

/** The colours of an SVG's lines, in the order in which they are drawn. */
export function strokesOf(svg: string): string[] {
  return [...svg.matchAll(/<path[^>]*roledescription="line mark"[^>]*stroke="([^"]*)"/g)].map(
    ([, stroke]) => stroke!,
  )
}
