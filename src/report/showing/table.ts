import type { MimeBundle } from '../display'
import { sortScript, tableStyle } from './table-page'

/** Something to be read in rows: as HTML in a notebook, as aligned text in a terminal, a diff or a log. */
export interface Table {
  /** A line above; none by default. */
  readonly title?: string
  /** A text above each column. */
  readonly header: readonly string[]
  /** For each row a text for each column. */
  readonly rows: readonly (readonly string[])[]
  /** Columns of words, which begin on the left; numbers end on the right. By default the first. */
  readonly words?: readonly number[]
  /** Lines below; none by default. */
  readonly notes?: readonly string[]
}

/** The table in lines, columns as wide as their widest cell. */
export function tableText({ title, header, rows, words = [0], notes = [] }: Table): string {
  const all = [header, ...rows]
  const widths = header.map((_, column) => Math.max(...all.map((row) => row[column]!.length)))
  const lines = all.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column]!
        return words.includes(column) ? cell.padEnd(width) : cell.padStart(width)
      })
      .join('  ')
      .trimEnd(),
  )
  return [...(title === undefined ? [] : [title]), ...(header.length > 0 ? lines : []), ...notes].join('\n')
}

/** Tables one below the other, as HTML whose columns can be sorted by a click, and as text. */
export function tableBundle(...tables: readonly Table[]): MimeBundle {
  const page = [tableStyle, ...tables.map(tableHtml), sortScript].join('\n')
  return { 'text/html': `<div class="ticketlab-tables">\n${page}\n</div>`, 'text/plain': tablesText(tables) }
}

/** Tables one below the other, as text. */
export function tablesText(tables: readonly Table[]): string {
  return tables.map(tableText).join('\n\n')
}

function tableHtml({ title, header, rows, words = [0], notes = [] }: Table): string {
  const side = (column: number): string => (words.includes(column) ? '' : ' class="number"')
  const cells = (tag: 'th' | 'td', row: readonly string[]): string =>
    row.map((cell, column) => `<${tag}${side(column)}>${escaped(cell)}</${tag}>`).join('')
  return [
    ...(title === undefined ? [] : [`<p class="title">${escaped(title)}</p>`]),
    ...(header.length === 0
      ? []
      : [
          `<table><thead><tr>${cells('th', header)}</tr></thead>`,
          `<tbody>${rows.map((row) => `\n<tr>${cells('td', row)}</tr>`).join('')}</tbody></table>`,
        ]),
    ...notes.map((note) => `<p class="note">${escaped(note)}</p>`),
  ].join('\n')
}

/** Text inside of an element or an attribute. */
export function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')
}
