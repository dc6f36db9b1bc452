import type { Recipe } from './recipe-text'

/** The page of a recipe: a button beside each section copies it, one above copies all. Nothing is from elsewhere. */
export function recipeHtml({ title, sections }: Recipe, nonce: string): string {
  const policy = `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'`
  const parts = sections.map(({ title: heading, text, isCode }, index) => {
    const button = `<button data-copy="${index + 1}" aria-label="Copy ${escapeHtml(heading)}">Copy</button>`
    const body = isCode ? `<pre tabindex="0">${escapeHtml(text)}</pre>` : paragraphs(text)
    return `<section><h2>${escapeHtml(heading)} ${button}</h2>${body}</section>`
  })
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${policy}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${escapeHtml(title)}</title>
    <style nonce="${nonce}">
      body { max-width: 60rem; margin: 1rem auto; padding: 0 1rem; }
      h1, h2 { font-weight: 600; display: flex; gap: 0.75rem; align-items: center; }
      h1 { font-size: 1.4rem; }
      h2 { font-size: 1.05rem; margin-top: 1.5rem; }
      pre { padding: 0.75rem; overflow: auto; max-height: 24rem; white-space: pre-wrap; overflow-wrap: anywhere;
        background: var(--vscode-textCodeBlock-background); font-family: var(--vscode-editor-font-family);
        font-size: var(--vscode-editor-font-size); }
      button { border: 1px solid var(--vscode-button-border, transparent); border-radius: 2px; padding: 2px 10px;
        color: var(--vscode-button-secondaryForeground); background: var(--vscode-button-secondaryBackground);
        font: inherit; font-size: 0.85rem; cursor: pointer; }
      button:hover { background: var(--vscode-button-secondaryHoverBackground); }
      button:focus-visible, pre:focus-visible { outline: 1px solid var(--vscode-focusBorder); }
    </style>
  </head>
  <body>
    <h1>${escapeHtml(title)} <button data-copy="0">Copy All</button></h1>
    ${parts.join('\n    ')}
    <script nonce="${nonce}">
      const vscode = acquireVsCodeApi()
      for (const button of document.querySelectorAll('button'))
        button.addEventListener('click', () => {
          vscode.postMessage({ copy: Number(button.dataset.copy) })
          const text = button.textContent
          button.textContent = 'Copied'
          setTimeout(() => (button.textContent = text), 1500)
        })
    </script>
  </body>
</html>`
}

function paragraphs(text: string): string {
  return text
    .split('\n')
    .map((line) => `<p>${escapeHtml(line)}</p>`)
    .join('')
}

function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
  return text.replace(/[&<>"]/g, (character) => entities[character]!)
}
