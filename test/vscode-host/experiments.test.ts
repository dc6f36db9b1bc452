import assert from 'node:assert/strict'
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Uri, workspace } from 'vscode'
import { notebookMetadata } from '../../src/extension/notebook/identity'
import { writeFile } from 'node:fs/promises'
import { contents, show, type TestNotebook } from './notebook'

const chartMime = 'application/vnd.vegalite.v5+json'

describe('an experiment in a saved notebook', function () {
  this.timeout(180_000)
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
    assert.equal(await notebook.document.save(), true)
    const saved = JSON.parse(await readFile(file, 'utf8')) as SavedNotebook
    const data = saved.cells.at(-1)?.outputs.at(-1)?.data ?? {}
    const chart = data[chartMime] as { readonly $schema: string }
    assert.match(chart.$schema, /vega-lite\/v5/)
    assert.match(text(data['image/svg+xml']), /^<svg/)
    assert.match(text(data['text/plain']), /remaining/i)
  })
})

interface SavedNotebook {
  readonly cells: readonly { readonly outputs: readonly { readonly data?: Record<string, unknown> }[] }[]
}

/** Text in an .ipynb file is a list of lines. */
function text(value: unknown): string {
  return Array.isArray(value) ? value.join('') : String(value)
}
