import assert from 'node:assert/strict'
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { commands, Uri, workspace } from 'vscode'
import { commands as ids } from '../../src/extension/contributions'
import { notebookMetadata } from '../../src/extension/notebook/identity'
import { writeFile } from 'node:fs/promises'
import { contents, save, show, until, type TestNotebook } from './notebook'

const chartMime = 'application/vnd.vegalite.v5+json'

describe('an experiment in a saved notebook', function () {
  let notebook: TestNotebook
  let file: string

  before(async () => {
    file = join(await mkdtemp(join(tmpdir(), 'ticketlab host ')), 'tickets.ipynb')
    await writeFile(file, JSON.stringify({ cells: [], ...notebookMetadata() }))
    notebook = await show(await workspace.openNotebookDocument(Uri.file(file)))
  })

  it('shows a plot below its cell', async () => {
    await notebook.run(
      "const lenet = lab.preset('lenet-mnist', { steps: 60, replicates: 1, evaluateEvery: 30 })",
    )
    const { success, error, cell } = await notebook.run('const tickets = await lab.imp(lenet, { levels: 1 })')
    assert.equal(success, true, error?.message)
    assert.equal(contents(cell, chartMime).length, 1)
  })

  it('is saved with its plot as Vega-Lite, SVG and text', async () => {
    const { success, error } = await notebook.run('lab.plot.accuracy(tickets)')
    assert.equal(success, true, error?.message)
    await save(notebook.document)
    const saved = JSON.parse(await readFile(file, 'utf8')) as SavedNotebook
    const data = saved.cells.at(-1)?.outputs.at(-1)?.data ?? {}
    const chart = data[chartMime] as { readonly $schema: string }
    assert.match(chart.$schema, /vega-lite\/v5/)
    assert.match(text(data['image/svg+xml']), /^<svg/)
    assert.match(text(data['text/plain']), /remaining/i)
  })

  it('shows a plot wherever lab.show stands, in order with what is printed, and saves them all', async () => {
    const { success, error, cell } = await notebook.run(
      'for (const turn of [1, 2, 3]) {\n  console.log(`turn ${turn}`)\n  lab.show(lab.plot.accuracy(tickets))\n}',
    )
    assert.equal(success, true, error?.message)
    assert.equal(contents(cell, chartMime).length, 3)
    assert.deepEqual(
      cell.outputs.map(({ items }) => (items.some(({ mime }) => mime === chartMime) ? 'plot' : 'text')),
      ['text', 'plot', 'text', 'plot', 'text', 'plot'],
    )
    await save(notebook.document)
    const saved = JSON.parse(await readFile(file, 'utf8')) as SavedNotebook
    const plots = saved.cells.at(-1)?.outputs.filter(({ data }) => data?.[chartMime] !== undefined)
    assert.equal(plots?.length, 3)
  })

  it('keeps, when it is interrupted, a plot that says nothing of time left', async () => {
    const { cell, ended } = await notebook.begin(
      "await lab.imp(lab.preset('lenet-mnist', { steps: 40_000, replicates: 1, evaluateEvery: 100 }), { levels: 1 })",
    )
    const plot = (): string => contents(cell, 'text/plain').join('\n') + contents(cell, chartMime).join('\n')
    const going = /\d+ of \d+ tasks/
    await until('a plot of what trains', () => (/ left/.test(plot()) ? true : undefined))
    await commands.executeCommand(ids.interrupt)
    assert.equal((await ended).success, false)
    await until('a plot of what was trained', () => (going.test(plot()) ? undefined : true))
    assert.doesNotMatch(plot(), / left|steps\/s|estimating/)
    assert.equal(cell.executionSummary?.success, false)
  })

  it('is a table, as HTML and as text', async () => {
    const { success, error, cell } = await notebook.run('tickets')
    assert.equal(success, true, error?.message)
    assert.match(contents(cell, 'text/html').join(), /<table[^]*not matching|<table[^]*matching/)
    assert.match(contents(cell, 'text/plain').join(), /weights remaining/)
  })

  it('is shown under the cell that began it, when that has ended', async () => {
    const { cell } = await notebook.run('setTimeout(() => console.log("late"), 300)\n1')
    const late = (): string | undefined => contents(cell, 'application/vnd.code.notebook.stdout')[0]
    assert.equal((await until('what is printed late', late)).trim(), 'late')
    assert.equal(cell.executionSummary?.success, true)
    assert.match(contents(cell, 'text/plain').join(), /1/)
  })

  it('says nothing of time left either when the kernel is restarted meanwhile', async () => {
    const { cell, ended } = await notebook.begin(
      "await lab.imp(lab.preset('lenet-mnist', { steps: 41_000, replicates: 1, evaluateEvery: 100 }), { levels: 1 })",
    )
    const plot = (): string => contents(cell, 'text/plain').join('\n') + contents(cell, chartMime).join('\n')
    await until('a plot of what trains', () => (/ left/.test(plot()) ? true : undefined))
    await commands.executeCommand(ids.restartKernel)
    assert.equal((await ended).success, false)
    await until('a plot of what was trained', () =>
      / left|steps\/s|estimating/.test(plot()) ? undefined : true,
    )
    assert.match((await ended).error?.message ?? '', /restarted/)
  })
})

interface SavedNotebook {
  readonly cells: readonly { readonly outputs: readonly { readonly data?: Record<string, unknown> }[] }[]
}

/** Text in an .ipynb file is a list of lines. */
function text(value: unknown): string {
  return Array.isArray(value) ? value.join('') : String(value)
}
