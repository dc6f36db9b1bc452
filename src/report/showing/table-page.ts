/*
 * What every table brings along, since an output in a notebook is a page of its own. Viewers that take styles and scripts
 * out of pages, such as GitHub, still show a plain table.
 */

/** The editor's colours where there are any, and otherwise those of the page. */
export const tableStyle = `<style>
.ticketlab-tables { overflow-x: auto; color: var(--vscode-foreground, inherit); }
.ticketlab-tables p { margin: 4px 0; white-space: pre-wrap; max-width: 110ch; }
.ticketlab-tables p.title { font-weight: 600; }
.ticketlab-tables p.note { opacity: 0.75; }
.ticketlab-tables table { border-collapse: collapse; margin: 6px 0; font-variant-numeric: tabular-nums; font-size: inherit; }
.ticketlab-tables th, .ticketlab-tables td { padding: 3px 10px; border: 0; text-align: left; background: none; color: inherit; }
.ticketlab-tables th { font-weight: 600; vertical-align: bottom; border-bottom: 1px solid var(--vscode-editorWidget-border, rgba(128, 128, 128, 0.6)); }
.ticketlab-tables td { white-space: pre; border-bottom: 1px solid rgba(128, 128, 128, 0.18); }
.ticketlab-tables tbody tr:hover { background: var(--vscode-list-hoverBackground, rgba(128, 128, 128, 0.12)); }
.ticketlab-tables .number { text-align: right; }
.ticketlab-tables th.sortable { cursor: pointer; }
.ticketlab-tables th[aria-sort="ascending"]::after { content: " \\25B2"; font-size: 0.7em; }
.ticketlab-tables th[aria-sort="descending"]::after { content: " \\25BC"; font-size: 0.7em; }
</style>`

/**
 * Sorts a table by the column whose head is clicked, first in the order that is most useful: numbers by what they are,
 * `mean [minimum–maximum]` by the mean, and texts by the alphabet. A viewer may run it more than once.
 */
export const sortScript = `<script>
(() => {
  const page = document.currentScript && document.currentScript.parentElement
  if (!page) return
  const number = (text) => (/^[-+\\u2212]?[\\d.,]+/.test(text) ? parseFloat(text.replace(/,/g, '')) : NaN)
  const compare = (a, b) => {
    const difference = number(a) - number(b)
    return Number.isNaN(difference) ? a.localeCompare(b, undefined, { numeric: true }) : difference
  }
  for (const table of page.querySelectorAll('.ticketlab-tables table')) {
    if (table.dataset.sortable) continue
    table.dataset.sortable = 'yes'
    for (const head of table.tHead.rows[0].cells) {
      head.classList.add('sortable')
      head.title = 'Sort'
      head.addEventListener('click', () => {
        const descending = head.getAttribute('aria-sort') === 'ascending'
        for (const other of table.tHead.rows[0].cells) other.removeAttribute('aria-sort')
        head.setAttribute('aria-sort', descending ? 'descending' : 'ascending')
        const text = (row) => row.cells[head.cellIndex].textContent
        const rows = [...table.tBodies[0].rows].sort((a, b) => compare(text(a), text(b)))
        table.tBodies[0].append(...(descending ? rows.reverse() : rows))
      })
    }
  }
})()
</script>`
