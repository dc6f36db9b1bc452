import { coloursOf, type MaskColours } from './colours'
import type { Colour } from './paint'

/** Reads the theme that VS Code put on the page; call again when the body's class changes. */
export function readColours(): MaskColours {
  const isHighContrast = /vscode-high-contrast/.test(document.body.className)
  return coloursOf({
    ground: cssColour('--vscode-editor-background', '#1e1e1e'),
    foreground: cssColour('--vscode-editor-foreground', '#d4d4d4'),
    blue: cssColour('--vscode-charts-blue', '#3794ff'),
    orange: cssColour('--vscode-charts-orange', '#d18616'),
    isHighContrast,
    cursor: isHighContrast
      ? variable('--vscode-contrastActiveBorder', '#f38518')
      : variable('--vscode-charts-orange', '#d18616'),
  })
}

/** Calls back when the user changes the theme. */
export function onThemeChange(changed: () => void): void {
  new MutationObserver(changed).observe(document.body, { attributes: true, attributeFilter: ['class'] })
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
