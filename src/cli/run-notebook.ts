import { basename, dirname, extname, join, resolve } from 'node:path'
import { startKernel, type KernelClient } from '../kernel/client'
import type { FromKernel, KernelSettings, Outcome } from '../kernel/protocol'
import { checkWritable, writeWhole } from '../support/files'
import { formatNotebook, readNotebook, sourceOf, type NotebookCell, type NotebookFile } from './run-file'
import { addOutput, fileOutputs, plotsIn, type Shown } from './run-outputs'
import { runTerminal, type RunTerminal, type Screen } from './run-terminal'

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
  const listeners = new Set<(message: FromKernel) => void>()
  const kernel = await startKernel({
    nodePath: options.nodePath,
    kernelPath: options.kernelPath,
    place: { name: basename(options.notebook), folder: dirname(resolve(options.notebook)) },
    settings: options.settings,
    onMessage: (message) => listeners.forEach((listen) => listen(message)),
  })
  try {
    return await runCells({ notebook, kernel, terminal, listeners, options })
  } finally {
    terminal.end()
    await kernel.shutdown()
  }
}

interface Session {
  readonly notebook: NotebookFile
  readonly kernel: KernelClient
  readonly terminal: RunTerminal
  readonly listeners: Set<(message: FromKernel) => void>
  readonly options: RunOptions
}

async function runCells(session: Session): Promise<RunReport> {
  const { notebook, terminal, options } = session
  const { signal, out } = options
  const name = basename(options.notebook, extname(options.notebook))
  const file = join(out, `${name}.ipynb`)
  const files = [file]
  const cells: NotebookCell[] = notebook.cells.map((cell) =>
    cell.cell_type === 'code' ? { ...cell, execution_count: null, outputs: [] } : cell,
  )
  const codeCells = [...cells.keys()].filter((index) => {
    const cell = cells[index]!
    return cell.cell_type === 'code' && sourceOf(cell).trim() !== ''
  })

  let failed = 0
  for (const [position, index] of codeCells.entries()) {
    const cell = cells[index]!
    const count = position + 1
    terminal.print(`In [${count}] of ${codeCells.length}: ${sourceOf(cell).trim().split('\n')[0]}\n`)
    const { shown, outcome } = await runCell(session, count, sourceOf(cell))
    cells[index] = { ...cell, execution_count: count, outputs: fileOutputs(shown, outcome) }
    for (const [number, plot] of plotsIn(shown).entries()) {
      files.push(join(out, `${name}-cell${count}-${number + 1}.svg`))
      await writeWhole(files.at(-1)!, plot)
    }
    // After every cell: whatever happens to the next one, this one is kept.
    await writeWhole(file, formatNotebook({ ...notebook, cells }))
    printOutcome(terminal, shown, outcome)
    if (outcome.kind !== 'success') failed++
    if (signal.aborted || (failed > 0 && !options.keepGoing)) break
  }
  if (codeCells.length === 0) await writeWhole(file, formatNotebook({ ...notebook, cells }))
  return { failed, interrupted: signal.aborted, files }
}

function runCell(
  { kernel, terminal, listeners, options }: Session,
  count: number,
  code: string,
): Promise<{ readonly shown: readonly Shown[]; readonly outcome: Outcome }> {
  const { signal } = options
  return new Promise((resolve) => {
    let shown: readonly Shown[] = []
    let timer: NodeJS.Timeout | undefined
    const interrupt = (): void => {
      kernel.interrupt()
      timer = setTimeout(() => void kernel.shutdown(), patience)
    }
    const listen = (message: FromKernel): void => {
      if (message.type === 'activity') terminal.activity(message.activity)
      if (message.type === 'log' && message.level !== 'info')
        terminal.print(`${message.level}: ${message.message}\n`)
      if (message.type === 'output') {
        shown = addOutput(shown, message.output)
        if (message.output.kind === 'stream') terminal.print(message.output.text)
      }
      if (message.type === 'done' && message.execution === count) {
        clearTimeout(timer)
        signal.removeEventListener('abort', interrupt)
        listeners.delete(listen)
        resolve({ shown, outcome: message.outcome })
      }
    }
    listeners.add(listen)
    signal.addEventListener('abort', interrupt, { once: true })
    kernel.execute({ execution: count, count, code })
    if (signal.aborted) interrupt()
  })
}

/** Prints what cannot be printed before the cell is over, since it may still change: displays, and the end. */
function printOutcome(terminal: RunTerminal, shown: readonly Shown[], outcome: Outcome): void {
  terminal.activity({ runs: [] })
  for (const item of shown) {
    const text = item.kind === 'display' ? item.bundle['text/plain'] : undefined
    if (text !== undefined) terminal.print(`${text.trimEnd()}\n`)
  }
  if (outcome.kind === 'error') terminal.print(`${outcome.stack}\n`)
  if (outcome.kind === 'interrupted') terminal.print('The cell was interrupted.\n')
}
