import type { Config } from 'vega-lite'

/** What a figure takes from the theme of the editor: CSS colours and a font. */
export interface Theme {
  readonly kind: 'light' | 'dark' | 'high-contrast-light' | 'high-contrast-dark'
  readonly font: string
  readonly foreground: string
  /** For what is less important than the text. */
  readonly muted: string
}

/** The classes that VS Code puts on the page's body, as a kind of theme. */
export function themeKind(bodyClass: string): Theme['kind'] {
  const classes = new Set(bodyClass.split(/\s+/))
  if (classes.has('vscode-high-contrast-light')) return 'high-contrast-light'
  if (classes.has('vscode-high-contrast')) return 'high-contrast-dark'
  return classes.has('vscode-dark') ? 'dark' : 'light'
}

/**
 * The look of a figure on the page of a notebook. What a spec says in its own `config` wins over this. In high
 * contrast every line is drawn in the full colour of the text, and nothing is dimmed.
 */
export function themeConfig({ kind, font, foreground, muted }: Theme): Config {
  const highContrast = kind.startsWith('high-contrast')
  const line = highContrast ? foreground : muted
  return {
    background: 'transparent',
    padding: 4,
    font,
    axis: {
      labelColor: foreground,
      titleColor: foreground,
      domainColor: line,
      tickColor: line,
      gridColor: line,
      gridOpacity: highContrast ? 0.6 : 0.3,
      ...(highContrast ? { domainWidth: 1.5, tickWidth: 1.5 } : {}),
    },
    header: { labelColor: foreground, titleColor: foreground },
    legend: { labelColor: foreground, titleColor: foreground },
    title: { color: foreground, subtitleColor: highContrast ? foreground : muted },
    text: { color: foreground },
    view: { stroke: line },
    style: { 'guide-label': { font }, 'guide-title': { font }, 'group-title': { font } },
  }
}
