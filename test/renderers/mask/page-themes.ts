/** What VS Code gives to the page of a webview in its own themes, as far as the panel of masks uses it. */
export interface PageTheme {
  /** Classes of the body. */
  readonly classes: string
  /** Colours, without `--vscode-`. */
  readonly colours: Readonly<Record<string, string>>
}

export const pageThemes: Readonly<Record<string, PageTheme>> = {
  'Light Modern': {
    classes: 'vscode-light',
    colours: {
      ...{ 'editor-background': '#ffffff', 'editor-foreground': '#3b3b3b', foreground: '#3b3b3b' },
      ...{ descriptionForeground: '#3b3b3b', focusBorder: '#005fb8', 'widget-border': '#e5e5e5' },
      ...{ 'button-secondaryBackground': '#e5e5e5', 'button-secondaryForeground': '#3b3b3b' },
      ...{ 'dropdown-background': '#ffffff', 'dropdown-foreground': '#3b3b3b', 'dropdown-border': '#cecece' },
      ...{ 'charts-blue': '#0063d3', 'charts-orange': '#d18616' },
    },
  },
  'Dark Modern': {
    classes: 'vscode-dark',
    colours: {
      ...{ 'editor-background': '#1f1f1f', 'editor-foreground': '#cccccc', foreground: '#cccccc' },
      ...{ descriptionForeground: '#9d9d9d', focusBorder: '#0078d4', 'widget-border': '#313131' },
      ...{ 'button-secondaryBackground': '#00000000', 'button-secondaryForeground': '#cccccc' },
      ...{ 'dropdown-background': '#313131', 'dropdown-foreground': '#cccccc', 'dropdown-border': '#3c3c3c' },
      ...{ 'charts-blue': '#59a4f9', 'charts-orange': '#d18616' },
    },
  },
  'Light High Contrast': {
    classes: 'vscode-high-contrast-light vscode-high-contrast',
    colours: {
      ...{ 'editor-background': '#ffffff', 'editor-foreground': '#292929', foreground: '#292929' },
      ...{ descriptionForeground: 'rgba(41, 41, 41, 0.7)', focusBorder: '#006bbd' },
      ...{ contrastBorder: '#0f4a85', contrastActiveBorder: '#006bbd' },
      ...{ 'button-secondaryBackground': '#ffffff', 'button-secondaryForeground': '#292929' },
      ...{ 'dropdown-background': '#ffffff', 'dropdown-foreground': '#292929', 'dropdown-border': '#0f4a85' },
      ...{ 'charts-blue': '#0063d3', 'charts-orange': '#0f4a85' },
    },
  },
  'Dark High Contrast': {
    classes: 'vscode-high-contrast',
    colours: {
      ...{ 'editor-background': '#000000', 'editor-foreground': '#ffffff', foreground: '#ffffff' },
      ...{ descriptionForeground: 'rgba(255, 255, 255, 0.7)', focusBorder: '#f38518' },
      ...{ contrastBorder: '#6fc3df', contrastActiveBorder: '#f38518' },
      ...{ 'button-secondaryForeground': '#ffffff' },
      ...{ 'dropdown-background': '#000000', 'dropdown-foreground': '#ffffff', 'dropdown-border': '#6fc3df' },
      ...{ 'charts-blue': '#59a4f9', 'charts-orange': '#ab5a00' },
    },
  },
}
