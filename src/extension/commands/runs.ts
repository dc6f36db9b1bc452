import { Uri, window, workspace, type QuickPickItem } from 'vscode'
import type { CancellableRun, Services } from '../services'
import { runDetail } from '../status/status-text'

interface Choice extends QuickPickItem {
  readonly choose?: () => unknown
}

/** Lists what runs, with a line to cancel each. */
export async function showRuns({ log }: Services, runs: readonly CancellableRun[]): Promise<void> {
  const choices: Choice[] = runs.flatMap((run) => [
    {
      label: `$(beaker) ${run.activity.name}`,
      description: runDetail(run.activity),
      detail: run.activity.running.join(', '),
      choose: () => reveal(run.notebook),
    },
    cancelChoice(run),
    ...(run.toBackground ? [backgroundChoice(run)] : []),
  ])
  choices.push({ label: '$(output) Show Log', choose: () => log.show() })
  const placeHolder = runs.length === 0 ? 'Nothing runs' : 'What runs: choose one to see its notebook'
  const chosen = await window.showQuickPick(choices, { title: 'Ticket Lab', placeHolder })
  await chosen?.choose?.()
}

/** Cancels the run if there is one, or asks which. */
export async function cancelRun(runs: readonly CancellableRun[]): Promise<void> {
  const [only] = runs
  if (!only) {
    void window.showInformationMessage('Nothing runs.')
    return
  }
  if (runs.length === 1) {
    only.cancel()
    return
  }
  const chosen = await window.showQuickPick(runs.map(cancelChoice), { placeHolder: 'Which run to cancel' })
  await chosen?.choose?.()
}

/** Lets the run go on in the background if there is one that can, or asks which. */
export async function toBackground(runs: readonly CancellableRun[]): Promise<void> {
  const able = runs.filter((run) => run.toBackground !== undefined)
  const [only] = able
  if (!only) {
    void window.showInformationMessage(
      runs.length === 0 ? 'Nothing runs.' : 'What runs is in the background already.',
    )
    return
  }
  if (able.length === 1) {
    only.toBackground?.()
    return
  }
  const placeHolder = 'Which run to let go on in the background'
  const chosen = await window.showQuickPick(able.map(backgroundChoice), { placeHolder })
  await chosen?.choose?.()
}

function backgroundChoice(run: CancellableRun): Choice {
  return {
    label: `$(cloud-upload) Let ${run.activity.name} go on in the background`,
    description: 'it outlives the notebook and the window',
    choose: () => run.toBackground?.(),
  }
}

function cancelChoice(run: CancellableRun): Choice {
  return {
    label: `$(stop-circle) Cancel ${run.activity.name}`,
    description: 'what is computed is kept',
    choose: () => run.cancel(),
  }
}

async function reveal(notebook: string): Promise<void> {
  const uri = Uri.parse(notebook)
  const open = workspace.notebookDocuments.find((document) => document.uri.toString() === uri.toString())
  // That of a run in the background may be closed, or gone.
  await window.showNotebookDocument(open ?? (await workspace.openNotebookDocument(uri)))
}
