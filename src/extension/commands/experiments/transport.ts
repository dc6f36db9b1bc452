import { homedir } from 'node:os'
import { join } from 'node:path'
import { ProgressLocation, Uri, window, workspace } from 'vscode'
import { isExperimentView } from '../../../experiments/view'
import { taskLocks } from '../../../runtime/locks/task-locks'
import { exportExperiments } from '../../../store/upkeep/export'
import { importExperiments } from '../../../store/upkeep/import'
import { bytesText } from '../../../support/quantities'
import { currentSettings } from '../../configuration'
import type { Experiments } from '../../experiments/model'
import { shownName } from '../../experiments/registry'
import type { Chosen } from './choose'

const filters = { 'Experiments of Ticket Lab': ['tar'] }

/** Writes experiments with all that they need to one file, for a colleague or another machine. */
export async function exportToFile(chosen: readonly Chosen[]): Promise<void> {
  const [first] = chosen
  const name = chosen.length === 1 ? shownName(first!.experiment).replaceAll(/[^\w.-]+/g, '-') : 'experiments'
  const target = await window.showSaveDialog({ defaultUri: Uri.file(join(folder(), `${name}.tar`)), filters })
  if (!target) return
  const digests = chosen.map(({ experiment }) => experiment.digest)
  const packed = await cancellable('Exporting experiments', (signal) =>
    exportExperiments(currentSettings().store, digests, target.fsPath, isExperimentView, signal),
  )
  const unfinished = packed.experiments.filter(({ missing }) => missing > 0).length
  const left = unfinished > 0 ? `; ${unfinished} not finished, of which what there is` : ''
  void window.showInformationMessage(`Written: ${target.fsPath}, ${bytesText(packed.bytes)}${left}`)
}

/** Takes in what a colleague has exported. @param given the file, where the user need not be asked */
export async function importFromFile(experiments: Experiments, given: unknown): Promise<void> {
  const [asked] =
    typeof given === 'string'
      ? [Uri.file(given)]
      : ((await window.showOpenDialog({ filters, openLabel: 'Import', defaultUri: Uri.file(folder()) })) ??
        [])
  if (!asked) return
  const { experiments: taken, tasks } = await cancellable('Importing experiments', (signal) =>
    importExperiments(currentSettings().store, asked.fsPath, {
      isView: isExperimentView,
      takeTask: taskLocks,
      signal,
    }),
  )
  await experiments.reload()
  const names = taken.map(({ view, there }) => (there ? `${view.name} (was here already)` : view.name))
  void window.showInformationMessage(`Imported ${names.join(', ')}: ${tasks} new tasks`)
}

function folder(): string {
  return workspace.workspaceFolders?.[0]?.uri.fsPath ?? homedir()
}

function cancellable<Result>(
  title: string,
  work: (signal: AbortSignal) => Promise<Result>,
): Thenable<Result> {
  return window.withProgress(
    { location: ProgressLocation.Notification, title, cancellable: true },
    (_progress, token) => {
      const controller = new AbortController()
      token.onCancellationRequested(() => controller.abort())
      return work(controller.signal)
    },
  )
}
