import assert from 'node:assert/strict'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { commands, ConfigurationTarget, Uri, window, workspace } from 'vscode'
import { isExperimentView, type ExperimentView } from '../../src/experiments/view'
import { commands as ids, settings, settingsSection } from '../../src/extension/contributions'
import type { Answers } from '../../src/extension/commands/launch/questions'
import { notebookMetadata } from '../../src/extension/notebook/identity'
import { listExperiments } from '../../src/store/experiments'
import { places } from '../../src/support/paths'
import { newNotebook, ranIn, show, type TestNotebook } from './notebook'

const small = { preset: 'lenet-mnist', size: 'own', steps: '41', replicates: '1' } as const

describe('experiments that are launched by answers', function () {
  const { store } = places()
  let folder: string
  let notebook: TestNotebook
  const section = () => workspace.getConfiguration(settingsSection)
  let usual: string | undefined

  async function views(): Promise<readonly ExperimentView[]> {
    const { experiments } = await listExperiments(store, isExperimentView)
    return experiments
      .filter(({ origin }) => origin?.notebook === join(folder, 'launch.ipynb'))
      .map(({ view }) => view)
  }
  const row = (experiment: ExperimentView) => ({
    kind: 'experiment',
    experiment: { ...experiment, here: false },
  })

  /** Runs what the answers ask for; the text of the cell and how it ended. */
  async function launch(answers: Answers): Promise<string> {
    const index = notebook.document.cellCount
    await commands.executeCommand(ids.runExperiment, { answers, where: 'here' })
    const { success, error, cell } = await ranIn(notebook.document, index)
    assert.equal(success, true, error?.message)
    return cell.document.getText()
  }

  /** Runs what the last cell says, with lines of few points and examples: the default takes minutes on a busy machine. */
  async function runShort(pattern: RegExp): Promise<void> {
    const text = notebook.document.cellAt(notebook.document.cellCount - 1).document.getText()
    assert.match(text, pattern)
    const { success, error } = await notebook.run(
      text.replace('steps: [ 0 ]', 'steps: [ 0 ], points: 3, trainExamples: 500'),
    )
    assert.equal(success, true, error?.message)
  }

  before(async () => {
    // Cells say nothing of backends: what trains is what the setting says.
    usual = section().get<string>(settings.backend)
    await section().update(settings.backend, 'wasm', ConfigurationTarget.Global)
    folder = await mkdtemp(join(tmpdir(), 'ticketlab launch '))
    const file = join(folder, 'launch.ipynb')
    await writeFile(file, JSON.stringify({ cells: [], ...notebookMetadata() }))
    notebook = await show(await workspace.openNotebookDocument(Uri.file(file)))
  })
  after(() => section().update(settings.backend, usual, ConfigurationTarget.Global))

  it('IMP, with a control', async () => {
    const text = await launch({
      kind: 'imp',
      ...small,
      levels: '1',
      after: 'rewind',
      controls: ['random-reinit'],
    })
    assert.match(
      text,
      /^const tickets = await lab\.imp\(lab\.preset\('lenet-mnist', \{ steps: 41, replicates: 1 \}\), \{ levels: 1 \}\)/,
    )
    assert.deepEqual((await views()).map(({ kind }) => kind).sort(), ['imp', 'random-reinit'])
  })

  it('one-shot pruning by a criterion, beside a variable of that name', async () => {
    const text = await launch({ kind: 'oneShot', ...small, criterion: 'snip', levels: '1', controls: [] })
    assert.match(text, /^const tickets2 = await lab\.oneShot\(.*criterion: 'snip'/)
  })

  it('IMP that fine-tunes', async () => {
    const text = await launch({ kind: 'imp', ...small, levels: '1', after: 'fine-tune', fineTuneSteps: '20' })
    assert.match(text, /afterPruning: 'fine-tune', fineTuneSteps: 20/)
  })

  it('variants', async () => {
    await launch({
      kind: 'variants',
      ...small,
      varied: 'learningRate',
      values: '0.0012, 0.0004',
      levels: '1',
    })
    const deviations = (await views()).map((view) => view.deviations.join())
    assert.ok(
      deviations.some((text) => text.includes('learning rate 0.0004')),
      deviations.join('\n'),
    )
  })

  it('instability of a network', async () => {
    await commands.executeCommand(ids.runExperiment, {
      ...{ answers: { kind: 'instability', ...small, copiedAt: '0' }, where: 'nowhere' },
    })
    await runShort(/lab\.instability\(lab\.preset\(.*steps: \[ 0 \]/)
  })

  it('from the tree: a control, and instability at a level, in the notebook that made the tickets', async () => {
    await commands.executeCommand(ids.refreshExperiments)
    // That of the first test.
    const [view] = (await views())
      .filter(({ kind }) => kind === 'imp')
      .sort((one, other) => one.createdAt.localeCompare(other.createdAt))
    assert.ok(view)
    await newNotebook()
    const cells = notebook.document.cellCount
    await commands.executeCommand(ids.addControl, row(view), {
      answers: { controls: ['random-mask'] },
      where: 'here',
    })
    assert.equal(window.activeNotebookEditor?.notebook, notebook.document)
    const control = await ranIn(notebook.document, cells)
    assert.equal(control.success, true, control.error?.message)
    assert.match(
      control.cell.document.getText(),
      new RegExp(`lab\\.stored\\('${view.digest.slice(0, 12)}'\\)`),
    )

    const level = { ...row(view), kind: 'level', level: view.levels[1] }
    await commands.executeCommand(ids.analyseLevel, level, { answers: { copiedAt: '0' }, where: 'nowhere' })
    await runShort(/lab\.instability\(tickets\d*, \{ steps: \[ 0 \], levels: \[ 1 \] \}\)/)
    const kinds = (await views()).map(({ kind }) => kind)
    assert.ok(kinds.includes('random-mask'))
    assert.equal(kinds.filter((kind) => kind === 'instability').length, 2)
  })

  it('only writes the cell where that is wanted', async () => {
    await window.showNotebookDocument(notebook.document)
    const cells = notebook.document.cellCount
    const answers = { kind: 'imp', ...small, levels: '1', after: 'rewind', controls: [] }
    await commands.executeCommand(ids.runExperiment, { answers, where: 'nowhere' })
    assert.equal(notebook.document.cellCount, cells + 1)
    assert.equal(notebook.document.cellAt(cells).executionSummary?.executionOrder, undefined)
  })
})
