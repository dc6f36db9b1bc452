import assert from 'node:assert/strict'
import { commands, NotebookEdit, NotebookRange, workspace, WorkspaceEdit, type NotebookCell } from 'vscode'
import { contents, newNotebook, until, type TestNotebook } from './notebook'

const stdoutMime = 'application/vnd.code.notebook.stdout'

describe('editing a notebook while it runs', () => {
  let notebook: TestNotebook
  beforeEach(async () => {
    notebook = await newNotebook()
  })

  it('deleting the running cell stops it, and the next one runs', async () => {
    const { cell, ended } = await notebook.begin('let kept = 41; console.log("busy"); while (true) {}')
    // Nobody is told how a cell ended that is gone.
    ended.catch(() => undefined)
    await until('the loop', () => contents(cell, stdoutMime)[0])
    await remove(cell)
    assert.equal((await notebook.run('kept + 1')).text, '42')
  })

  it('deleting a waiting cell drops it alone', async () => {
    const first = await notebook.begin('await new Promise((resolve) => setTimeout(resolve, 10_000))')
    const second = await notebook.begin('var second = true')
    second.ended.catch(() => undefined)
    const third = await notebook.begin('typeof second')
    await remove(second.cell)
    assert.equal((await first.ended).success, true)
    assert.equal((await third.ended).text, "'undefined'")
  })

  it('clearing outputs loses only what was shown before', async () => {
    const { cell, ended } = await notebook.begin(
      'for (const line of Array(20).keys()) { console.log(`line ${line}.`); await new Promise((r) => setTimeout(r, 100)) }',
    )
    await until('the first line', () => contents(cell, stdoutMime)[0])
    await commands.executeCommand('notebook.clearAllCellsOutputs')
    const { success, stdout } = await ended
    assert.equal(success, true)
    assert.match(stdout, /line 19\./)
    assert.doesNotMatch(stdout, /line 0\./)
  })

  it('an error leaves the cells behind it as they were', async () => {
    const failing = await notebook.begin(
      'await new Promise((r) => setTimeout(r, 5000)); throw new Error("no")',
    )
    const behind = await notebook.begin('console.log("never")')
    behind.ended.catch(() => undefined)
    assert.equal((await failing.ended).success, false)
    await notebook.run('1')
    assert.equal(behind.cell.outputs.length, 0)
    assert.equal(behind.cell.executionSummary?.success, undefined)
  })

  it('a restart counts from 1 again', async () => {
    await notebook.run('1')
    await commands.executeCommand('ticketlab.restartKernel')
    assert.equal((await notebook.run('2')).cell.executionSummary?.executionOrder, 1)
  })
})

async function remove(cell: NotebookCell): Promise<void> {
  const edit = new WorkspaceEdit()
  const range = new NotebookRange(cell.index, cell.index + 1)
  edit.set(cell.notebook.uri, [NotebookEdit.deleteCells(range)])
  await workspace.applyEdit(edit)
}
