import { readFile } from 'node:fs/promises'
import type { MimeBundle } from '../report/display'
import { TicketLabError } from '../support/errors'
import { checkIsFile } from '../support/files'

/** A notebook file, format 4. What we do not know in it stays as it is. */
export interface NotebookFile {
  readonly nbformat: 4
  readonly nbformat_minor: number
  readonly metadata: Readonly<Record<string, unknown>>
  readonly cells: readonly NotebookCell[]
}

export interface NotebookCell {
  readonly cell_type: string
  readonly id?: string
  readonly metadata?: Readonly<Record<string, unknown>>
  readonly source: string | readonly string[]
  readonly execution_count?: number | null
  readonly outputs?: readonly FileOutput[]
}

/** An output as the file has it; text as lines, JSON types as JSON. */
export type FileOutput =
  | { readonly output_type: 'stream'; readonly name: 'stdout' | 'stderr'; readonly text: readonly string[] }
  | {
      readonly output_type: 'display_data'
      readonly data: Readonly<Record<string, unknown>>
      readonly metadata: Readonly<Record<string, unknown>>
    }
  | {
      readonly output_type: 'error'
      readonly ename: string
      readonly evalue: string
      readonly traceback: readonly string[]
    }

/**
 * Reads a notebook whose code cells are all TypeScript or JavaScript.
 * @throws TicketLabError `bad-input` that says what is wrong with the file
 */
export async function readNotebook(path: string): Promise<NotebookFile> {
  await checkIsFile(path, 'a notebook')
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error)
    throw new TicketLabError('bad-input', `Cannot read the notebook ${path}: ${why}.`)
  })
  // Editors on Windows may begin a file with a byte order mark, which is not JSON.
  return parseNotebook(text.replace(/^\uFEFF/, ''), path)
}

/** The part of {@link readNotebook} that looks at the text; `path` is for messages. */
export function parseNotebook(text: string, path: string): NotebookFile {
  const json = parseJson(text, path)
  if (!isRecord(json) || !Array.isArray(json['cells']) || typeof json['nbformat'] !== 'number') {
    throw new TicketLabError(
      'bad-input',
      `${path} is not a notebook: expected a JSON object with "cells" and "nbformat", as VS Code and Jupyter write.`,
    )
  }
  if (json['nbformat'] !== 4) {
    throw new TicketLabError(
      'bad-input',
      `${path} has notebook format ${json['nbformat']}, expected 4. Open it in a newer editor and save it.`,
    )
  }
  const cells = json['cells'].map((cell: unknown, index) => checkCell(cell, index, path))
  const minor = json['nbformat_minor']
  const notebook: NotebookFile = {
    ...json,
    nbformat: 4,
    nbformat_minor: typeof minor === 'number' ? minor : 0,
    metadata: isRecord(json['metadata']) ? json['metadata'] : {},
    cells,
  }
  checkLanguages(notebook, path)
  return withIds(notebook)
}

/** The code cells that there is something to run in, with the numbers that they get when all are run. */
export function codeCellsOf(
  notebook: NotebookFile,
): { readonly number: number; readonly language: 'typescript' | 'javascript'; readonly text: string }[] {
  return notebook.cells
    .filter((cell) => cell.cell_type === 'code' && sourceOf(cell).trim() !== '')
    .map((cell, index) => ({
      number: index + 1,
      language: languageOf(cell, notebook) === 'javascript' ? 'javascript' : 'typescript',
      text: sourceOf(cell),
    }))
}

/** The text of a notebook file. */
export function formatNotebook(notebook: NotebookFile): string {
  return `${JSON.stringify(notebook, undefined, 1)}\n`
}

/** The text of a cell. */
export function sourceOf({ source }: NotebookCell): string {
  return typeof source === 'string' ? source : source.join('')
}

/** An output with all its formats, as VS Code would save it. */
export function displayOutput(bundle: MimeBundle): FileOutput {
  const data = Object.entries(bundle).map(([type, content]) => [type, contentInFile(type, content)] as const)
  return { output_type: 'display_data', data: Object.fromEntries(data), metadata: {} }
}

/** Text in lines that keep their ends, as notebook files have it. */
export function lines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+/g) ?? []
}

function contentInFile(type: string, content: string): unknown {
  if (/\bjson$/.test(type)) return JSON.parse(content) as unknown
  // Other images are base64, which is one line.
  return type.startsWith('text/') || type === 'image/svg+xml' ? lines(content) : content
}

function parseJson(text: string, path: string): unknown {
  try {
    // Some editors of Windows put a mark before the text.
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new TicketLabError('bad-input', `${path} is not a notebook: it is not JSON (${why}).`)
  }
}

function checkCell(cell: unknown, index: number, path: string): NotebookCell {
  const source = isRecord(cell) ? cell['source'] : undefined
  const isText =
    typeof source === 'string' || (Array.isArray(source) && source.every((s) => typeof s === 'string'))
  if (isRecord(cell) && typeof cell['cell_type'] === 'string' && isText)
    return cell as unknown as NotebookCell
  throw new TicketLabError(
    'bad-input',
    `${path} is damaged: cell ${index + 1} has no "cell_type" or no "source".`,
  )
}

function checkLanguages(notebook: NotebookFile, path: string): void {
  notebook.cells.forEach((cell, index) => {
    if (cell.cell_type !== 'code') return
    const language = languageOf(cell, notebook)
    if (language === undefined || ['typescript', 'javascript'].includes(language)) return
    throw new TicketLabError(
      'bad-input',
      `Cell ${index + 1} of ${path} is ${language}, expected TypeScript. Ticket Lab runs notebooks of TypeScript ` +
        'cells: change the language of the cell, or make a new notebook with "kernelspec": { "name": "ticketlab" }.',
    )
  })
}

/** The language of a code cell: its own if it has one, else the notebook's. */
function languageOf(cell: NotebookCell, { metadata }: NotebookFile): string | undefined {
  const languages = [
    at(cell.metadata, 'vscode', 'languageId'),
    at(metadata, 'language_info', 'name'),
    at(metadata, 'kernelspec', 'language'),
  ]
  return languages.find((language) => typeof language === 'string')?.toLowerCase()
}

function at(object: unknown, ...[key, ...rest]: string[]): string | undefined {
  if (key === undefined) return typeof object === 'string' ? object : undefined
  return isRecord(object) ? at(object[key], ...rest) : undefined
}

/** Format 4.5 wants an id in every cell; older files have none. */
function withIds(notebook: NotebookFile): NotebookFile {
  const taken = new Set(notebook.cells.map(({ id }) => id))
  let next = 1
  const cells = notebook.cells.map((cell) => {
    if (cell.id !== undefined) return cell
    while (taken.has(`cell-${next}`)) next++
    return { ...cell, id: `cell-${next++}` }
  })
  return { ...notebook, nbformat_minor: Math.max(notebook.nbformat_minor, 5), cells }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
