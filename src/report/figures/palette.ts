/**
 * Colours of series, in order: distinct to readers with colour-vision deficiencies (the point shapes and dashes
 * tell them apart a second time), and each with a contrast of at least 3:1 on white as on the backgrounds of all of VS
 * Code's own themes, because the same spec is drawn on all of them: with a luminance between 0.163 and 0.273.
 */
export const seriesColors = ['#2877bf', '#d55e00', '#0e9a73', '#c46aa0', '#8f7100', '#7f7f7f'] as const

export const seriesShapes = ['circle', 'square', 'triangle-up', 'diamond', 'cross', 'triangle-down'] as const

/**
 * From dense to sparse. Blue to ochre, through violet and red: an order that stays one with any kind of colour
 * vision, at a lightness that never leaves the range readable on light and on dark.
 */
const densityStops = ['#2877bf', '#7b68c4', '#b9579c', '#d1583f', '#a67c00'] as const

/** `count` colours from dense to sparse. */
export function densityColors(count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const position = count === 1 ? 0 : (index / (count - 1)) * (densityStops.length - 1)
    const stop = Math.min(Math.floor(position), densityStops.length - 2)
    return mix(densityStops[stop]!, densityStops[stop + 1]!, position - stop)
  })
}

/** The item at `index`, starting over when there are more series than items. */
export function cycled<Item>(items: readonly Item[], index: number): Item {
  return items[index % items.length]!
}

function mix(from: string, to: string, share: number): string {
  const channels = [1, 3, 5].map((at) => {
    const [a, b] = [from, to].map((color) => parseInt(color.slice(at, at + 2), 16)) as [number, number]
    return Math.round(a + (b - a) * share)
      .toString(16)
      .padStart(2, '0')
  })
  return `#${channels.join('')}`
}
