/** Contrast ratio as WCAG 2 defines it, of a colour that lets some of its ground through, or none. */
export function contrast(colour: string, ground: string, opacity = 1): number {
  const below = channelsOf(ground)
  const { alpha } = below
  if (alpha < 1) throw new Error(`A ground lets nothing through, and ${ground} does.`)
  const above = channelsOf(colour)
  const share = above.alpha * opacity
  const mixed = above.rgb.map((channel, at) => share * channel + (1 - share) * below.rgb[at]!)
  const [dark, light] = [luminance(mixed), luminance(below.rgb)].sort((x, y) => x - y) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

function luminance(rgb: readonly number[]): number {
  const [red, green, blue] = rgb.map((channel) =>
    channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4,
  ) as [number, number, number]
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

const named: Readonly<Record<string, string>> = { white: '#ffffff', black: '#000000' }

/** Channels between 0 and 1 of a colour as CSS writes it: its name, `#rgb`, `#rrggbb`, `#rrggbbaa`, `rgb()` or `rgba()`. */
function channelsOf(colour: string): { readonly rgb: readonly number[]; readonly alpha: number } {
  const text = named[colour] ?? colour
  const numbers = /^rgba?\((.*)\)$/.exec(text)?.[1]?.split(',').map(Number)
  if (numbers) return { rgb: numbers.slice(0, 3).map((channel) => channel / 255), alpha: numbers[3] ?? 1 }
  const digits = /^#([0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{8})$/i.exec(text)?.[1]
  if (digits === undefined) throw new Error(`${colour} is no colour that this reads.`)
  const size = digits.length === 3 ? 1 : 2
  const channels = digits
    .match(size === 1 ? /./g : /../g)!
    .map((hex) => parseInt(hex.repeat(3 - size), 16) / 255)
  return { rgb: channels.slice(0, 3), alpha: channels[3] ?? 1 }
}
