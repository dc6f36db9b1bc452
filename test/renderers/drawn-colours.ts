import { contrast } from '../report/figures/contrast'

/** Something of a figure that must stand out from its ground. */
export interface Drawn {
  /** Such as `mark-rule role-mark`. */
  readonly what: string
  readonly isText: boolean
  /** The colour that it is drawn with, and how much of it is seen. */
  readonly colour: string
  readonly opacity: number
}

/**
 * Lines, rules, points and texts of a figure with the colours in which its SVG has them. Left out: grids, which only
 * guide the eye; areas and rectangles, which are grounds; and what cannot be seen.
 */
export function drawnIn(svg: string): readonly Drawn[] {
  const groups: { readonly what: string; readonly opacity: number }[] = []
  const found: Drawn[] = []
  for (const [tag, closing, name, attributes = '', alone] of svg.matchAll(/<(\/?)([\w]+)([^>]*?)(\/?)>/g)) {
    if (name === 'g') {
      if (closing) groups.pop()
      else if (!alone)
        groups.push({ what: valueOf(attributes, 'class') ?? '', opacity: numberOf(attributes, 'opacity') })
      continue
    }
    const what = groups.findLast((group) => group.what.startsWith('mark-'))?.what
    if (closing || !what || !/^(path|line|text)$/.test(name!)) continue
    // The ends of error bars are narrow rectangles.
    if (isGround(what) && !attributes.includes('aria-roledescription="tick"')) continue
    const isText = name === 'text'
    const opacity = groups.reduce(
      (product, group) => product * group.opacity,
      numberOf(attributes, 'opacity'),
    )
    const inks = (['fill', 'stroke'] as const).flatMap((ink): Drawn[] => {
      const colour = valueOf(attributes, ink)
      const seen = opacity * numberOf(attributes, `${ink}-opacity`)
      const isDrawn = colour !== undefined && !['none', 'transparent'].includes(colour) && seen > 0
      if (!isDrawn || (ink === 'stroke' && valueOf(attributes, 'stroke-width') === '0')) return []
      return [{ what: what.split(' ').slice(0, 2).join(' '), isText, colour, opacity: seen }]
    })
    if (inks.length === 0 && opacity > 0 && isText) throw new Error(`A text has no colour: ${tag}`)
    found.push(...inks)
  }
  return found
}

/** What stands out too little from `ground`: 4.5:1 for texts, 3:1 for all else, as WCAG 2.2 has it (1.4.3, 1.4.11). */
export function tooFaint(drawn: readonly Drawn[], ground: string): readonly string[] {
  const lines = drawn.flatMap(({ what, isText, colour, opacity }) => {
    const ratio = contrast(colour, ground, opacity)
    return ratio >= (isText ? 4.5 : 3)
      ? []
      : [`${what}: ${colour} at ${opacity} on ${ground} is ${ratio.toFixed(2)}:1`]
  })
  return [...new Set(lines)]
}

function isGround(what: string): boolean {
  return /role-(axis-grid|frame|scope)|mark-(area|rect|group)/.test(what)
}

function valueOf(attributes: string, name: string): string | undefined {
  return new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(attributes)?.[1]
}

function numberOf(attributes: string, name: string): number {
  return Number(valueOf(attributes, name) ?? 1)
}
