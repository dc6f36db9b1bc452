import { performance } from 'node:perf_hooks'
import * as vscode from 'vscode'

/** Every line of figures begins with this, so that they can be told from VS Code's own output. */
const mark = 'bench: '

/**
 * Measures what a user waits for, inside the extension host of a real VS Code: activation, from Run to the output
 * of a trivial cell in a fresh kernel, and from interrupt to idle.
 */
export async function run(): Promise<void> {
  const extension = vscode.extensions.getExtension('ticketlab.ticketlab')
  if (!extension) throw new Error('The extension is not there.')
  if (extension.isActive)
    throw new Error('The extension was active before it was asked for: nothing to measure.')
  report('activation of the extension', await timed(() => extension.activate()), 100)

  const firstOutputs: number[] = []
  const interrupts: number[] = []
  for (let round = 0; round < 5; round++) {
    const notebook = await openNotebook(['1 + 1', 'while (true) {}'])
    firstOutputs.push(await timed(() => execute(notebook, 0)))
    const ended = execute(notebook, 1)
    await new Promise((resolve) => setTimeout(resolve, 1500))
    interrupts.push(
      await timed(async () => {
        await vscode.commands.executeCommand(
          'notebook.cancelExecution',
          { ranges: [{ start: 1, end: 2 }] },
          notebook.uri,
        )
        await ended
      }),
    )
    await vscode.commands.executeCommand('ticketlab.restartKernel')
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor')
  }
  report('Run to the first output, fresh kernel', median(firstOutputs), 2000)
  report('interrupt to idle, while (true) {}', median(interrupts), 500)
}

async function openNotebook(cells: readonly string[]): Promise<vscode.NotebookDocument> {
  const data = new vscode.NotebookData(
    cells.map((code) => new vscode.NotebookCellData(vscode.NotebookCellKind.Code, code, 'typescript')),
  )
  data.metadata = {
    metadata: { kernelspec: { name: 'ticketlab', display_name: 'Ticket Lab', language: 'typescript' } },
  }
  const notebook = await vscode.workspace.openNotebookDocument('jupyter-notebook', data)
  await vscode.window.showNotebookDocument(notebook)
  await vscode.commands.executeCommand('notebook.selectKernel', {
    id: 'ticketlab',
    extension: 'ticketlab.ticketlab',
  })
  return notebook
}

/** Runs a cell and waits until it has ended. */
async function execute(notebook: vscode.NotebookDocument, index: number): Promise<void> {
  const ended = new Promise<void>((resolve) => {
    const listener = vscode.workspace.onDidChangeNotebookDocument((event) => {
      const done = event.cellChanges.some(
        ({ cell, executionSummary }) =>
          cell === notebook.cellAt(index) && executionSummary?.success !== undefined,
      )
      if (!done) return
      listener.dispose()
      resolve()
    })
  })
  await vscode.commands.executeCommand('notebook.cell.execute', {
    ranges: [{ start: index, end: index + 1 }],
    document: notebook.uri,
  })
  await ended
}

async function timed(action: () => PromiseLike<unknown>): Promise<number> {
  const start = performance.now()
  await action()
  return performance.now() - start
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((one, other) => one - other)[numbers.length >> 1]!
}

function report(what: string, milliseconds: number, limit: number): void {
  console.log(`${mark}${what.padEnd(40)} ${milliseconds.toFixed(0).padStart(6)} ms  (aim: under ${limit} ms)`)
}
