import { basename, dirname, extname, join, resolve } from 'node:path'
import { startKernel, type KernelClient } from '../kernel/client'
import type { KernelSettings, Outcome } from '../kernel/protocol'
import { checkWritable, writeWhole } from '../support/files'
import { formatNotebook, readNotebook, sourceOf, type NotebookCell, type NotebookFile } from './run-file'
import { fileOutputs, plotsIn } from './run-outputs'
import { runTerminal, type RunTerminal, type Screen } from './run-terminal'
import { createTranscript, type Transcript } from './run-transcript'

export interface RunOptions {
  readonly notebook: string
  /** Folder for the executed notebook and its plots. */
  readonly out: string
  /** Run the cells after one that failed, too. */
  readonly keepGoing: boolean
  readonly nodePath: string
  /** `dist/kernel.cjs`. */
  readonly kernelPath: string
  readonly settings: KernelSettings
  readonly screen: Screen
  /** Interrupts the notebook; what has run until then is written. */
  readonly signal: AbortSignal
}

/** What became of a notebook. */
export interface RunReport {
  readonly failed: number
  readonly interrupted: boolean
  /** Files written, the notebook first. */
  readonly files: readonly string[]
}

/** How long an interrupted cell may take to end before the kernel is ended, in milliseconds. */
const patience = 5000

/**
 * Runs all code cells of a notebook in a kernel, as the editor would, and writes the executed notebook as
 * `<out>/<name>.ipynb` and every plot as `<out>/<name>-cell<N>-<k>.svg`.
 * @throws TicketLabError `bad-input` if the file is not a notebook of TypeScript cells, or nothing can be written
 */
export async function runNotebook(options: RunOptions): Promise<RunReport> {
  const notebook = await readNotebook(options.notebook)
  // Before hours of work that would have nowhere to go.
  await checkWritable(options.out)
  const terminal = runTerminal(options.screen)
  const transcript = createTranscript(terminal)
  const ends = new Map<number, (outcome: Outcome) => void>()
  const kernel = await startKernel({
    nodePath: options.nodePath,
    kernelPath: options.kernelPath,
    place: { name: basename(options.notebook), folder: dirname(resolve(options.notebook)) },
    settings: options.settings,
    onMessage(message) {
      transcript.receive(message)
      if (message.type === 'done') ends.get(message.execution)?.(message.outcome)
    },
  })
  const files = filesOf(notebook, transcript, options)
  try {
    await runCells({ notebook, kernel, terminal, transcript, files, ends, options })
    await kernel.shutdown()
    // What came since the last cell ended.
    transcript.printDisplays()
    await files.write()
  } finally {
    terminal.end()
    await kernel.shutdown()
  }
  return { failed: transcript.failed(), interrupted: options.signal.aborted, files: files.written() }
}

interface Session {
  readonly notebook: NotebookFile
  readonly kernel: KernelClient
  readonly terminal: RunTerminal
  readonly transcript: Transcript
  readonly files: RunFiles
  /** What to call when an execution is over. */
  readonly ends: Map<number, (outcome: Outcome) => void>
  readonly options: RunOptions
}

async function runCells(session: Session): Promise<void> {
  const { notebook, terminal, transcript, files, options } = session
  const texts = notebook.cells.filter(isRun).map(sourceOf)
  for (const [index, text] of texts.entries()) {
    const count = index + 1
    terminal.print(`In [${count}] of ${texts.length}: ${text.trim().split('\n')[0]}\n`)
    transcript.begin(count)
    transcript.end(count, await runCell(session, count, text))
    // After every cell: whatever happens to the next one, this one is kept.
    await files.write()
    if (options.signal.aborted || (transcript.failed() > 0 && !options.keepGoing)) break
  }
}

/** Whether there is something to run in a cell. */
function isRun(cell: NotebookCell): boolean {
  return cell.cell_type === 'code' && sourceOf(cell).trim() !== ''
}

function runCell({ kernel, ends, options }: Session, count: number, code: string): Promise<Outcome> {
  const { signal } = options
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined
    const interrupt = (): void => {
      kernel.interrupt()
      timer = setTimeout(() => void kernel.shutdown(), patience)
    }
    ends.set(count, (outcome) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', interrupt)
      resolve(outcome)
    })
    signal.addEventListener('abort', interrupt, { once: true })
    kernel.execute({ execution: count, count, code })
    if (signal.aborted) interrupt()
  })
}

interface RunFiles {
  /** Writes what the cells have shown so far. */
  readonly write: () => Promise<void>
  readonly written: () => string[]
}

/** The executed notebook and its plots. */
function filesOf(
  notebook: NotebookFile,
  transcript: Transcript,
  { notebook: path, out }: RunOptions,
): RunFiles {
  const name = basename(path, extname(path))
  const plots = new Map<string, string>()
  const file = join(out, `${name}.ipynb`)
  return {
    async write() {
      let count = 0
      const cells = notebook.cells.map((cell): NotebookCell => {
        if (cell.cell_type !== 'code') return cell
        const ran = isRun(cell) ? transcript.cell(++count) : undefined
        if (!ran?.outcome) return { ...cell, execution_count: null, outputs: [] }
        return { ...cell, execution_count: count, outputs: fileOutputs(ran.shown, ran.outcome) }
      })
      for (let cell = 1; cell <= count; cell++) {
        for (const [number, plot] of plotsIn(transcript.cell(cell)?.shown ?? []).entries()) {
          const plotFile = join(out, `${name}-cell${cell}-${number + 1}.svg`)
          if (plots.get(plotFile) === plot) continue
          plots.set(plotFile, plot)
          await writeWhole(plotFile, plot)
        }
      }
      await writeWhole(file, formatNotebook({ ...notebook, cells }))
    },
    written: () => [file, ...plots.keys()],
  }
}
