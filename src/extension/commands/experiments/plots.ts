import {
  commands,
  NotebookCellData,
  NotebookCellKind,
  NotebookCellOutput,
  NotebookCellOutputItem,
  NotebookData,
  NotebookEdit,
  window,
  workspace,
  WorkspaceEdit,
} from 'vscode'
import { storedResults, type StoredResults } from '../../../lab/stored'
import { InstabilityResults } from '../../../lab/results/instability-results'
import { Results } from '../../../lab/results/results'
import { BarrierResults } from '../../../lab/steps/barrier'
import { display, type MimeBundle } from '../../../report/display'
import { instabilityPlot, linePlot } from '../../../report/figures/instability'
import { planePlot } from '../../../report/figures/plane'
import { accuracyPlot, earlyStopPlot, learningCurvesPlot, type Plot } from '../../../report/figures/plot'
import { openStoreView } from '../../../store/store'
import { badInput } from '../../../support/errors'
import { currentSettings } from '../../configuration'
import { controllerId, extensionId } from '../../contributions'
import { differencesBetween, tellApart } from '../../experiments/differences'
import type { Experiments } from '../../experiments/model'
import { shownName, type KnownExperiment } from '../../experiments/registry'
import { cellLanguage, notebookMetadata, notebookType } from '../../notebook/identity'
import { pick, type Chosen } from './choose'

/** Opens the plots of an experiment again, read from the store, in a notebook that is not saved. Nothing is computed. */
export async function openPlots({ experiment }: Chosen): Promise<void> {
  const results = await storedResults(openStoreView(currentSettings().store), experiment.digest)
  const { origin } = experiment
  const name = shownName(experiment)
  const from = origin
    ? `Read from the store. The cell is that of ${origin.notebook}; run again, it needs the cells before it.`
    : 'Read from the store.'
  await open(`# ${name}\n\n${from}`, origin?.code ?? `// ${name}`, [
    results[display](),
    ...plotsOf(results).map((plot) => plot[display]()),
  ])
}

/** Draws two experiments, or more, in one plot, and says what differs between them. */
export async function compare(experiments: Experiments, chosen: readonly Chosen[]): Promise<void> {
  const all = await experiments.list()
  const [first] = chosen
  const others = all.filter(({ digest }) => digest !== first!.experiment.digest)
  const other = chosen.length > 1 ? undefined : await pick(others, 'With which one')
  const compared = [...chosen.map(({ experiment }) => experiment), ...(other ? [other] : [])]
  if (compared.length < 2) return
  const store = openStoreView(currentSettings().store)
  const results = await Promise.all(compared.map(({ digest }) => storedResults(store, digest)))
  const apart = tellApart(compared)
  const names = compared.map((one) => [shownName(one), ...(apart.get(one.digest) ?? [])].join(', '))
  const title = `# ${names.join(' and ')}`
  const code = names.map((name) => `// ${name}`).join('\n')
  const tables = results.map((one) => one[display]())
  await open(`${title}\n\n${differencesText(compared, names)}`, code, [
    ...plotsTogether(results, names).map((plot) => plot[display]()),
    ...tables,
  ])
}

function differencesText(compared: readonly KnownExperiment[], names: readonly string[]): string {
  const [first, ...others] = compared
  return others
    .map((other, index) => {
      const rows = differencesBetween(first!, other)
      if (rows.length === 0)
        return `Nothing differs between what ${names[0]!} and ${names[index + 1]!} started from.`
      const lines = [['', names[0]!, names[index + 1]!], ['---', '---', '---'], ...rows]
      return lines.map((row) => `| ${row.join(' | ')} |`).join('\n')
    })
    .join('\n\n')
}

function plotsOf(results: StoredResults): readonly Plot[] {
  if (results instanceof BarrierResults) return [linePlot([results])]
  if (results instanceof InstabilityResults) return [instabilityPlot([results]), linePlot([results])]
  if (!(results instanceof Results)) return [planePlot([results], {})]
  const { series, experiment } = results
  if (series.points.length === 0) return []
  if (experiment.kind === 'training') return [learningCurvesPlot([series])]
  return [accuracyPlot([series]), earlyStopPlot([series]), learningCurvesPlot([series])]
}

/** @throws TicketLabError `bad-input` for results that no plot has in common */
function plotsTogether(results: readonly StoredResults[], names: readonly string[]): readonly Plot[] {
  if (results.every((one) => one instanceof Results)) {
    const series = results.map((one, index) => ({ ...one.series, name: names[index]! }))
    return [accuracyPlot(series), earlyStopPlot(series)]
  }
  if (results.every((one) => one instanceof InstabilityResults)) {
    return [instabilityPlot(results)]
  }
  const kinds = results.map(({ experiment }) => experiment.kind).join(' and ')
  throw badInput('experiments that have a plot in common', kinds)
}

async function open(
  text: string,
  code: string,
  outputs: readonly (MimeBundle | Promise<MimeBundle>)[],
): Promise<void> {
  const cell = new NotebookCellData(NotebookCellKind.Code, code, cellLanguage)
  cell.outputs = []
  for (const bundle of outputs) {
    const items = Object.entries(await bundle).map(([mime, text]) => NotebookCellOutputItem.text(text, mime))
    cell.outputs.push(new NotebookCellOutput(items))
  }
  const data = new NotebookData([new NotebookCellData(NotebookCellKind.Markup, text, 'markdown')])
  data.metadata = notebookMetadata()
  const notebook = await workspace.openNotebookDocument(notebookType, data)
  // A notebook that begins with outputs has lost their bytes on the way to the window; edits keep them.
  const edit = new WorkspaceEdit()
  edit.set(notebook.uri, [NotebookEdit.insertCells(1, [cell])])
  await workspace.applyEdit(edit)
  await window.showNotebookDocument(notebook)
  await commands.executeCommand('notebook.selectKernel', { id: controllerId, extension: extensionId })
}
