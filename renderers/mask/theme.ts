import type { Colour, DifferenceColours } from './paint'

/** The colours of the current theme. */
export interface MaskColours {
  readonly kept: Colour
  readonly pruned: Colour
  /** Blue and orange, which are told apart with every kind of sight, on what both masks do alike. */
  readonly difference: DifferenceColours
  /** From none kept to most kept. */
  readonly scale: readonly Colour[]
  /** CSS colour of the cursor's frame. */
  readonly cursor: string
}

/** Reads the theme that VS Code put on the page; call again when the body's class changes. */
export function readColours(): MaskColours {
  const background = cssColour('--vscode-editor-background', '#1e1e1e')
  const foreground = cssColour('--vscode-editor-foreground', '#d4d4d4')
  const highContrast = /vscode-high-contrast/.test(document.body.className)
  const cursor = highContrast
    ? variable('--vscode-contrastActiveBorder', '#f38518')
    : variable('--vscode-charts-orange', '#d18616')
  const accent = cssColour('--vscode-charts-blue', '#3794ff')
  const there = cssColour('--vscode-charts-orange', '#d18616')
  if (highContrast) {
    const difference = { both: mix(background, foreground, 0.5), here: accent, there, none: background }
    return { kept: foreground, pruned: background, difference, scale: [background, foreground], cursor }
  }
  const pruned = mix(background, foreground, 0.08)
  const difference = { both: mix(background, foreground, 0.4), here: accent, there, none: pruned }
  return { kept: accent, pruned, difference, scale: [pruned, accent, mix(accent, foreground, 0.85)], cursor }
}

/** Calls back when the user changes the theme. */
export function onThemeChange(changed: () => void): void {
  new MutationObserver(changed).observe(document.body, { attributes: true, attributeFilter: ['class'] })
}

export function cssText([red, green, blue]: Colour): string {
  return `rgb(${red}, ${green}, ${blue})`
}

function mix(from: Colour, to: Colour, share: number): Colour {
  const channel = (at: 0 | 1 | 2) => Math.round(from[at] + (to[at] - from[at]) * share)
  return [channel(0), channel(1), channel(2)]
}

function variable(name: string, fallback: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim() || fallback
}

/** Any CSS colour as bytes: a canvas knows all the ways to write one. */
function cssColour(name: string, fallback: string): Colour {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = 1
  const context = canvas.getContext('2d', { willReadFrequently: true })!
  context.fillStyle = fallback
  context.fillStyle = variable(name, fallback)
  context.fillRect(0, 0, 1, 1)
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data
  return [red!, green!, blue!]
}
