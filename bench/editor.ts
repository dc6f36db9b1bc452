import { performance } from 'node:perf_hooks'
import * as vscode from 'vscode'
import { quantile, typed } from './typing'

/** Every line of figures begins with this, so that they can be told from VS Code's own output. */
const mark = 'bench: '

/**
 * Measures what a user waits for, inside the extension host of a real VS Code: activation, from Run to the output
 * of a trivial cell in a fresh kernel, from interrupt to idle, and from a key to what is offered at the cursor.
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
  report('Run to the first output, fresh kernel', quantile(firstOutputs, 0.5), 2000)
  report('interrupt to idle, while (true) {}', quantile(interrupts, 0.5), 500)

  const keys = await completionAtEveryKey(30)
  report('a key to its list, 30 cells, median', quantile(keys, 0.5), 100)
  report('a key to its list, 30 cells, 95%', quantile(keys, 0.95), 300)
}

/**
 * Types a line at the end of a notebook with other cells, and asks VS Code at every key for the list at the cursor,
 * which asks everybody who offers something there. The second time counts: the first warms up.
 */
async function completionAtEveryKey(count: number): Promise<number[]> {
  const cells = Array.from({ length: count - 1 }, (_, index) =>
    index % 2 === 0
      ? `const setup${index} = lab.preset('lenet-mnist', { steps: ${1000 + index} })`
      : `const tickets${index} = await lab.imp(setup${index - 1}, { levels: 3 })\nlab.plot.accuracy(tickets${index})`,
  )
  const notebook = await openNotebook([...cells, ''])
  const { document } = notebook.cellAt(count - 1)
  let times: number[] = []
  for (let round = 0; round < 2; round++) {
    times = []
    await replace(document, new vscode.Range(0, 0, document.lineCount, 0), '')
    for (let index = 0; index < typed.length; index++) {
      const start = performance.now()
      await replace(document, new vscode.Range(0, index, 0, index), typed[index]!)
      const list = await vscode.commands.executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        document.uri,
        new vscode.Position(0, index + 1),
      )
      times.push(performance.now() - start)
      const labels = list.items.map(({ label }) => (typeof label === 'string' ? label : label.label))
      if (typed.slice(0, index + 1).endsWith('lab.') && !labels.includes('imp'))
        throw new Error('No members of lab were offered.')
    }
  }
  await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor')
  return times
}

async function replace(document: vscode.TextDocument, range: vscode.Range, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit()
  edit.replace(document.uri, range, text)
  await vscode.workspace.applyEdit(edit)
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

function report(what: string, milliseconds: number, limit: number): void {
  console.log(`${mark}${what.padEnd(40)} ${milliseconds.toFixed(0).padStart(6)} ms  (aim: under ${limit} ms)`)
}
