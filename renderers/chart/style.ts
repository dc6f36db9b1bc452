import { tooltipId } from './tooltip'

const css = `
.ticketlab-chart { position: relative; overflow-x: auto; color: var(--vscode-editor-foreground); }
.ticketlab-chart .ticketlab-chart-drawing { display: block; width: 100%; }
.ticketlab-chart .ticketlab-chart-drawing.staged {
  position: absolute; inset: 0 0 auto 0; visibility: hidden; pointer-events: none;
}
.ticketlab-chart .ticketlab-chart-drawing svg { display: block; }
.ticketlab-chart-toolbar {
  position: absolute; top: 0; right: 4px; z-index: 1; display: flex; gap: 4px; opacity: 0;
}
.ticketlab-chart:hover .ticketlab-chart-toolbar,
.ticketlab-chart:focus-within .ticketlab-chart-toolbar { opacity: 1; }
.ticketlab-chart-toolbar button {
  font: 11px var(--vscode-font-family, sans-serif); padding: 3px 8px; cursor: pointer; border-radius: 3px;
  color: var(--vscode-button-secondaryForeground, var(--vscode-editor-foreground, CanvasText));
  background: var(--vscode-button-secondaryBackground, var(--vscode-editor-background, Canvas));
  border: 1px solid var(--vscode-contrastBorder, var(--vscode-button-border, transparent));
}
.ticketlab-chart-toolbar button:hover {
  background: var(--vscode-button-secondaryHoverBackground, var(--vscode-editor-background, Canvas));
  outline: 1px dashed var(--vscode-contrastActiveBorder, transparent);
}
.ticketlab-chart-toolbar button:focus-visible { outline: 2px solid var(--vscode-focusBorder, Highlight); }
.ticketlab-chart-problem {
  padding: 8px 12px; font: 13px var(--vscode-font-family, sans-serif);
  color: var(--vscode-editor-foreground);
  background: var(--vscode-inputValidation-errorBackground, transparent);
  border: 1px solid var(--vscode-inputValidation-errorBorder, currentColor);
}
.ticketlab-chart-problem p { margin: 4px 0 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.ticketlab-chart-controls { font: 12px var(--vscode-font-family, sans-serif); }
.ticketlab-chart-controls .vega-bind { margin-top: 4px; }
.ticketlab-chart-controls .vega-bind-name { display: inline-block; min-width: 90px; margin-right: 8px; }
.ticketlab-chart-controls :is(input, select) {
  color: var(--vscode-input-foreground, inherit); background: var(--vscode-input-background, Canvas);
  border: 1px solid var(--vscode-input-border, currentColor); accent-color: var(--vscode-focusBorder, auto);
}
#${tooltipId} {
  position: fixed; z-index: 1000; visibility: hidden; pointer-events: none; padding: 6px 9px; max-width: 500px;
  font: 12px var(--vscode-font-family, sans-serif); border-radius: 3px;
  color: var(--vscode-editorHoverWidget-foreground, CanvasText);
  background: var(--vscode-editorHoverWidget-background, Canvas);
  border: 1px solid var(--vscode-editorHoverWidget-border, currentColor);
}
#${tooltipId}.visible { visibility: visible; }
#${tooltipId} h2 { margin: 0 0 4px; font-size: 12px; }
#${tooltipId} table { border-spacing: 0; }
#${tooltipId} td { padding: 1px 0; border: none; background: none; text-align: left; }
#${tooltipId} td.key { padding-right: 12px; opacity: 0.85; }
#${tooltipId} :is(td.value, div) { overflow-wrap: anywhere; white-space: pre-line; }
#${tooltipId} td.value { font-variant-numeric: tabular-nums; }
`

/** Puts the styles on the page; one sheet serves all figures, and the tooltip, which stands at the page's end. */
export function installStyle(): void {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(css)
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
}
