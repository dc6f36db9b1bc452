import type { Theme } from '../../renderers/chart/theme-config'

/** What VS Code puts on the page of a notebook, by the name of the theme; a journey compares. */
export const themes: Readonly<Record<string, Omit<Theme, 'font'> & { readonly ground: string }>> = {
  'Light Modern': { kind: 'light', ground: '#ffffff', foreground: '#3b3b3b', muted: '#3b3b3b' },
  'Dark Modern': { kind: 'dark', ground: '#1f1f1f', foreground: '#cccccc', muted: '#9d9d9d' },
  'Light High Contrast': {
    ...{ kind: 'high-contrast-light', ground: '#ffffff' },
    ...{ foreground: '#292929', muted: 'rgba(41, 41, 41, 0.7)' },
  },
  'Dark High Contrast': {
    ...{ kind: 'high-contrast-dark', ground: '#000000' },
    ...{ foreground: '#ffffff', muted: 'rgba(255, 255, 255, 0.7)' },
  },
}
