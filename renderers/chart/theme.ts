import type { Theme } from './theme-config'
import { themeKind } from './theme-config'

/** Reads the theme that VS Code put on the page: variables on the root, classes on the body. */
export function readTheme(): Theme {
  const style = getComputedStyle(document.body)
  const variable = (name: string): string => style.getPropertyValue(name).trim()
  const kind = themeKind(document.body.className)
  const dark = kind === 'dark' || kind === 'high-contrast-dark'
  const foreground = variable('--vscode-editor-foreground') || (dark ? '#d4d4d4' : '#1f1f1f')
  return {
    kind,
    foreground,
    muted: variable('--vscode-descriptionForeground') || (dark ? '#9d9d9d' : '#6b6b6b'),
    font: variable('--vscode-font-family') || 'Helvetica, Arial, sans-serif',
  }
}

/** Calls back when the user has changed the theme, until the function returned is called. */
export function onThemeChange(changed: (theme: Theme) => void): () => void {
  let known = JSON.stringify(readTheme())
  const observer = new MutationObserver(() => {
    const theme = readTheme()
    const now = JSON.stringify(theme)
    if (now === known) return
    known = now
    changed(theme)
  })
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['class', 'style'] })
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'style'] })
  return () => observer.disconnect()
}
