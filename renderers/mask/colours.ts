import type { Colour, DifferenceColours } from './paint'

/** The colours of the current theme. */
export interface MaskColours {
  readonly kept: Colour
  readonly pruned: Colour
  /** Blue and orange, which are told apart with every kind of sight, on what both masks do alike. */
  readonly difference: DifferenceColours
  /** From none kept to most kept. */
  readonly scale: readonly Colour[]
  /** Of weights that died, from the first level to the last. */
  readonly died: readonly Colour[]
  /** Of those that are left. */
  readonly alive: Colour
  /** What everything is drawn on, and the colour of text. */
  readonly ground: Colour
  readonly foreground: Colour
  /** CSS colour of the cursor's frame. */
  readonly cursor: string
}

/** What the colours are made of. */
export interface ThemeColours {
  readonly ground: Colour
  readonly foreground: Colour
  readonly blue: Colour
  readonly orange: Colour
  readonly isHighContrast: boolean
  /** CSS colour of the cursor's frame. */
  readonly cursor: string
}

/** Colours of a theme, of which those that mean something stand out 3:1 from the ground. */
export function coloursOf({
  ground,
  foreground,
  blue,
  orange,
  isHighContrast,
  cursor,
}: ThemeColours): MaskColours {
  const accent = standingOut(blue, ground, foreground)
  // Some high-contrast themes have a blue in place of orange.
  const isOrange = orange[0] > orange[2]
  const there = standingOut(isOrange ? orange : plainOrange, ground, foreground)
  const shade = (share: number): Colour => mix(ground, foreground, share)
  // Tiles of what is pruned must not be lost between them.
  const pruned = shade(isHighContrast ? 0.2 : 0.08)
  return {
    kept: isHighContrast ? foreground : accent,
    pruned,
    difference: {
      both: standingOut(shade(isHighContrast ? 0.5 : 0.4), ground, foreground),
      ...{ here: accent, there, none: pruned },
    },
    scale: isHighContrast ? [ground, foreground] : [pruned, accent, mix(accent, foreground, 0.85)],
    died: [shade(0.12), mix(shade(0.12), accent, 0.8)],
    alive: there,
    ...{ ground, foreground, cursor },
  }
}

const plainOrange: Colour = [209, 134, 22]

/** A colour that differs 3:1 from the ground: itself, or as near to the foreground as that takes. */
function standingOut(colour: Colour, ground: Colour, foreground: Colour): Colour {
  for (let share = 0; share < 1; share += 0.05) {
    const mixed = mix(colour, foreground, share)
    if (contrast(mixed, ground) >= 3) return mixed
  }
  return foreground
}

/** The contrast ratio of WCAG 2. */
function contrast(one: Colour, other: Colour): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((x, y) => x - y) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

function luminance(colour: Colour): number {
  const [red, green, blue] = colour.map((byte) => {
    const channel = byte / 255
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

export function cssText([red, green, blue]: Colour): string {
  return `rgb(${red}, ${green}, ${blue})`
}

function mix(from: Colour, to: Colour, share: number): Colour {
  const channel = (at: 0 | 1 | 2) => Math.round(from[at] + (to[at] - from[at]) * share)
  return [channel(0), channel(1), channel(2)]
}
