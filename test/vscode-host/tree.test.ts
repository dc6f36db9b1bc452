import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { commands, env, TabInputWebview, Uri, window, workspace } from 'vscode'
import { isExperimentView, type ExperimentView } from '../../src/experiments/view'
import { commands as ids } from '../../src/extension/contributions'
import { notebookMetadata } from '../../src/extension/notebook/identity'
import { listExperiments } from '../../src/store/experiments'
import { readLabels } from '../../src/store/labels'
import { exportExperiments } from '../../src/store/upkeep/export'
import { places } from '../../src/support/paths'
import { contents, ranIn, show, until, type TestNotebook } from './notebook'

const chartMime = 'application/vnd.vegalite.v5+json'
const begin =
  "const small = lab.preset('lenet-mnist', { steps: 41, replicates: 1, evaluateEvery: 20, backend: 'wasm' })"
const code = 'const few = await lab.imp(small, { levels: 1 })'

describe('what the tree of experiments offers', function () {
  const { store } = places()
  let notebook: TestNotebook
  let folder: string
  let view: ExperimentView

  /** The experiments of this notebook in the store. */
  async function mine(): Promise<readonly ExperimentView[]> {
    const { experiments } = await listExperiments(store, isExperimentView)
    return experiments
      .filter(({ origin }) => origin?.notebook === join(folder, 'few.ipynb'))
      .map((one) => one.view)
  }
  const row = (experiment = view) => ({ kind: 'experiment', experiment: { ...experiment, here: false } })
  const level = () => ({ ...row(), kind: 'level', level: view.levels[1] })
  const activeNotebook = () => window.activeNotebookEditor?.notebook

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ticketlab tree '))
    const file = join(folder, 'few.ipynb')
    await writeFile(file, JSON.stringify({ cells: [], ...notebookMetadata() }))
    notebook = await show(await workspace.openNotebookDocument(Uri.file(file)))
    await notebook.run(begin)
    const { success, error } = await notebook.run(code)
    assert.equal(success, true, error?.message)
    await notebook.run('1 + 1')
    view = (await mine())[0]!
    // The tree knows what is in the store.
    await commands.executeCommand(ids.refreshExperiments)
  })

  it('goes to the cell that made an experiment, also when the notebook is closed', async () => {
    await notebook.document.save()
    await commands.executeCommand('workbench.action.closeActiveEditor')
    await commands.executeCommand(ids.goToCell, row())
    assert.equal(activeNotebook()?.uri.fsPath, notebook.document.uri.fsPath)
    assert.deepEqual(window.activeNotebookEditor?.selection.start, 1)
  })

  it('runs that cell once more, which computes nothing again', async () => {
    const open = activeNotebook()!
    await commands.executeCommand('notebook.clearAllCellsOutputs')
    // It may have a kernel of its own, since it was closed.
    const first = { ranges: [{ start: 0, end: 1 }], document: open.uri }
    await commands.executeCommand('notebook.cell.execute', first)
    await commands.executeCommand(ids.runCellAgain, row())
    const drawn = await until('the plot', () => contents(open.cellAt(1), chartMime).at(-1))
    assert.match(drawn, /IMP lenet-mnist/)
    const { success } = await ranIn(open, 1)
    assert.equal(success, true)
  })

  it('copies the code of that cell', async () => {
    await commands.executeCommand(ids.copyCode, level())
    assert.equal(await env.clipboard.readText(), code)
  })

  it('renames and pins an experiment, and computes nothing for that', async () => {
    const before = await readFile(join(store, 'experiments', `${view.digest}.json`))
    await commands.executeCommand(ids.renameExperiment, row(), ' the few ')
    await commands.executeCommand(ids.pinExperiment, row())
    assert.deepEqual((await readLabels(store)).get(view.digest), { name: 'the few', pinned: true })
    await commands.executeCommand(ids.unpinExperiment, row())
    assert.deepEqual((await readLabels(store)).get(view.digest), { name: 'the few' })
    await commands.executeCommand(ids.renameExperiment, row(), '')
    assert.equal((await readLabels(store)).get(view.digest), undefined)
    assert.deepEqual(await readFile(join(store, 'experiments', `${view.digest}.json`)), before)
  })

  it('shows the recipe of an experiment', async () => {
    await commands.executeCommand(ids.showRecipe, row())
    const label = `Recipe: ${view.name}`
    const tab = await soon('the recipe', () =>
      window.tabGroups.all.flatMap(({ tabs }) => tabs).find((one) => one.label === label),
    )
    assert.ok(tab.input instanceof TabInputWebview)
  })

  it('opens its plots again, read from the store', async () => {
    await commands.executeCommand(ids.openPlots, row())
    const opened = activeNotebook()!
    assert.equal(opened.isUntitled, true)
    const cell = opened.cellAt(1)
    assert.equal(cell.document.getText(), code)
    assert.equal(contents(cell, chartMime).length, 3)
    assert.match(contents(cell, 'text/html').join(), /<table/)
  })

  it('compares two experiments: in one plot, and by what differs', async () => {
    const other = await notebook.run('const more = await lab.imp(small, { levels: 2 })')
    assert.equal(other.success, true, other.error?.message)
    await commands.executeCommand(ids.refreshExperiments)
    const rows = (await mine()).map((experiment) => row(experiment))
    await commands.executeCommand(ids.compareExperiments, rows[0], rows)
    const opened = activeNotebook()!
    assert.match(opened.cellAt(0).document.getText(), /\| levels \| to [12] \| to [12] \|/)
    const [accuracy] = contents(opened.cellAt(1), chartMime)
    assert.match(accuracy!, /levels to 1/)
    assert.match(accuracy!, /levels to 2/)
  })

  it('exports a ticket, and records for TensorBoard', async () => {
    await commands.executeCommand(ids.exportTicket, level(), { folder: join(folder, 'tickets') })
    assert.ok(
      (await readdir(join(folder, 'tickets'))).includes('lenet-mnist-imp-level-1-replicate-1.safetensors'),
    )
    await commands.executeCommand(ids.exportTensorboard, row(), { folder: join(folder, 'runs') })
    assert.deepEqual((await readdir(join(folder, 'runs'))).sort(), [
      'lenet-mnist-imp-level-0-replicate-1',
      'lenet-mnist-imp-level-1-replicate-1',
    ])
  })

  it('deletes an experiment, and puts it back', async () => {
    const count = (await mine()).length
    await commands.executeCommand(ids.deleteExperiments, row())
    assert.deepEqual((await mine()).filter(({ digest }) => digest === view.digest).length, 0)
    await commands.executeCommand(ids.undoDelete)
    assert.equal((await mine()).length, count)
  })

  it('imports what was exported', async () => {
    const file = join(folder, 'few.tar')
    await exportExperiments(store, [view.digest], file, isExperimentView)
    await commands.executeCommand(ids.deleteExperiments, row())
    await commands.executeCommand(ids.importExperiments, file)
    assert.equal((await mine()).filter(({ digest }) => digest === view.digest).length, 1)
  })
})

/** What VS Code tells a moment later. */
async function soon<T>(what: string, look: () => T | undefined): Promise<T> {
  for (let tries = 0; tries < 100; tries++) {
    const found = look()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`Waited in vain for ${what}`)
}
