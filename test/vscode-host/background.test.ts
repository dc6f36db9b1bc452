import assert from 'node:assert/strict'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigurationTarget, Uri, window, workspace, type NotebookCell } from 'vscode'
import { settings, settingsSection } from '../../src/extension/contributions'
import { notebookMetadata } from '../../src/extension/notebook/identity'
import { plotMime } from '../../src/report/display'
import { contents, newNotebook, until } from './notebook'

const short =
  "await lab.imp(lab.preset('lenet-mnist', { steps: 400, replicates: 1, seed: 78, backend: 'wasm' }), { levels: 1 })"

const plotBelow = (cell: NotebookCell): string => contents(cell, plotMime).at(-1) ?? ''

describe('the setting of where experiments are computed', () => {
  const set = (value: string | undefined) =>
    workspace.getConfiguration(settingsSection).update(settings.runs, value, ConfigurationTarget.Global)

  it('is taken by the next kernel', async () => {
    await set('slurm')
    try {
      const notebook = await newNotebook()
      // There is no Slurm inside this folder, which shows who was asked.
      await notebook.run("process.env.PATH = '/nowhere'")
      const { success, error } = await notebook.run(
        "await lab.imp(lab.preset('lenet-mnist', { steps: 50, replicates: 1, seed: 77, backend: 'wasm' }), { levels: 1 })",
      )
      assert.equal(success, false)
      assert.match(error?.message ?? '', /Expected Slurm's sbatch on the PATH/)
    } finally {
      await set(undefined)
    }
  })

  it('may be in the background', async () => {
    await set('background')
    try {
      const notebook = await newNotebook()
      const { cell, ended } = await notebook.begin(short)
      await until('who computes it', () => (plotBelow(cell).includes('in the background') ? true : undefined))
      const growing = plotBelow(cell)
      assert.equal((await ended).success, true)
      const reopened = await openedWith(growing)
      await until('how it has ended', () => contents(reopened, 'image/svg+xml')[0])
      assert.equal(reopened.outputs.length, 1)
      assert.doesNotMatch(plotBelow(reopened), /in the background|of 6 tasks/)
    } finally {
      await set(undefined)
    }
  })

  /** The cell of a notebook whose window was lost while this was the plot below it. */
  async function openedWith(growing: string): Promise<NotebookCell> {
    const file = join(await mkdtemp(join(tmpdir(), 'ticketlab lost ')), 'lost.ipynb')
    const shown = {
      output_type: 'display_data',
      data: { [plotMime]: JSON.parse(growing) as unknown },
      metadata: {},
    }
    const code = { cell_type: 'code', execution_count: null, metadata: {}, outputs: [shown], source: short }
    await writeFile(file, JSON.stringify({ ...notebookMetadata(), cells: [code] }))
    const document = await workspace.openNotebookDocument(Uri.file(file))
    await window.showNotebookDocument(document)
    return document.cellAt(0)
  }
})
