import { homedir } from 'node:os'
import { join } from 'node:path'
import { Uri, window, workspace } from 'vscode'
import { fileNameOf } from '../../../experiments/experiment'
import { InstabilityResults } from '../../../lab/results/instability-results'
import { Results } from '../../../lab/results/results'
import { storedResults, type StoredResults } from '../../../lab/stored'
import { tidyTable } from '../../../report/showing/tidy-table'
import { openStoreView } from '../../../store/store'
import { badInput } from '../../../support/errors'
import { currentSettings } from '../../configuration'
import { percent } from '../../experiments/format'
import type { Chosen } from './choose'

/** Writes the ticket of a level, in the layout of Ticket Lab or of PyTorch. @param where what the user need not be asked */
export async function exportTicket({ experiment, level }: Chosen, where: unknown): Promise<void> {
  const results = await read(experiment.digest)
  if (!(results instanceof Results)) throw noTickets(experiment.kind)
  const chosen = level ?? (await askLevel(results))
  if (chosen === undefined) return
  const { replicates } = results.experiment.setup
  const replicate = replicates === 1 || where ? 1 : await askReplicate(replicates)
  if (replicate === undefined) return
  const layout = isPlace(where) ? 'ticketlab' : await askLayout()
  const folder = layout && (isPlace(where) ? where.folder : await askFolder('Export Ticket Here'))
  if (!layout || folder === undefined) return
  const { file } = await results.export(chosen, { replicate, folder, layout })
  void tellWritten(file)
}

/** Writes all that was recorded in training as one table. */
export async function exportCsv(chosen: readonly Chosen[]): Promise<void> {
  const all = await Promise.all(chosen.map(({ experiment }) => read(experiment.digest)))
  const recorded = all.filter((one) => one instanceof Results || one instanceof InstabilityResults)
  if (recorded.length === 0) throw noTickets(chosen[0]!.experiment.kind)
  const name = recorded.length === 1 ? fileNameOf(recorded[0]!.experiment) : 'experiments'
  const target = await window.showSaveDialog({
    defaultUri: Uri.file(join(folderToBegin(), `${name}.csv`)),
    filters: { CSV: ['csv'] },
  })
  if (target) void tellWritten(await tidyTable(recorded).saveCsv(target.fsPath))
}

/** Writes all that was recorded in training as event files. */
export async function exportTensorboard({ experiment }: Chosen, where: unknown): Promise<void> {
  const results = await read(experiment.digest)
  if (!(results instanceof Results || results instanceof InstabilityResults)) throw noTickets(experiment.kind)
  const folder = isPlace(where) ? where.folder : await askFolder('Write Event Files Here')
  if (folder === undefined) return
  await results.tensorboard(folder)
  void window.showInformationMessage(`Written for TensorBoard: tensorboard --logdir ${folder}`)
}

function read(digest: string): Promise<StoredResults> {
  return storedResults(openStoreView(currentSettings().store), digest)
}

function noTickets(kind: string): Error {
  return badInput('an experiment that trains networks', `one of kind ${kind}`, 'Its plots can be opened.')
}

async function askLevel(results: Results): Promise<number | undefined> {
  const items = results.levels.map(({ level, density, finalAccuracy }) => ({
    label: `Level ${level}`,
    description: `${percent(density)} · accuracy ${percent(finalAccuracy.mean)}`,
    level,
  }))
  return (await window.showQuickPick(items, { placeHolder: 'Which level' }))?.level
}

async function askReplicate(replicates: number): Promise<number | undefined> {
  const items = Array.from({ length: replicates }, (_, index) => ({
    label: `Replicate ${index + 1}`,
    replicate: index + 1,
  }))
  return (await window.showQuickPick(items, { placeHolder: 'Which replicate' }))?.replicate
}

async function askLayout(): Promise<'ticketlab' | 'torch' | undefined> {
  const items = [
    { label: 'Ticket Lab', description: 'dense1/weights, dense1/weights/mask', layout: 'ticketlab' as const },
    { label: 'PyTorch', description: 'dense1.weight_orig, dense1.weight_mask', layout: 'torch' as const },
  ]
  return (await window.showQuickPick(items, { placeHolder: 'Names and orders of which' }))?.layout
}

async function askFolder(openLabel: string): Promise<string | undefined> {
  const [folder] =
    (await window.showOpenDialog({
      ...{ canSelectFiles: false, canSelectFolders: true, openLabel },
      defaultUri: Uri.file(folderToBegin()),
    })) ?? []
  return folder?.fsPath
}

function folderToBegin(): string {
  return workspace.workspaceFolders?.[0]?.uri.fsPath ?? homedir()
}

function isPlace(where: unknown): where is { readonly folder: string } {
  return typeof where === 'object' && where !== null && 'folder' in where && typeof where.folder === 'string'
}

async function tellWritten(file: string): Promise<void> {
  const copy = 'Copy Path'
  if ((await window.showInformationMessage(`Written: ${file}`, copy)) !== copy) return
  const { env } = await import('vscode')
  await env.clipboard.writeText(file)
}
