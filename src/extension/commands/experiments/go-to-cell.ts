import { basename } from 'node:path'
import {
  commands,
  env,
  NotebookRange,
  NotebookEditorRevealType,
  Uri,
  window,
  workspace,
  type NotebookDocument,
} from 'vscode'
import type { Origin } from '../../../store/experiments'
import { TicketLabError } from '../../../support/errors'
import { shownName, type KnownExperiment } from '../../experiments/registry'
import type { Chosen } from './choose'
import { cellLike } from './similar-cell'

/**
 * Runs the cell that made an experiment once more: its plot is there again, it goes on where it was stopped, and what
 * workers compute is watched.
 */
export async function runCellAgain(chosen: Chosen): Promise<void> {
  const found = await goToCell(chosen)
  if (!found) return
  await commands.executeCommand('notebook.cell.execute', {
    ranges: [{ start: found.index, end: found.index + 1 }],
    document: found.notebook.uri,
  })
}

/**
 * Shows the cell that made an experiment: as it was then, or the one that has become of it.
 * @returns where it is; undefined where it, or its notebook, is not there any more, which the user was told
 */
export async function goToCell({
  experiment,
}: Chosen): Promise<{ readonly notebook: NotebookDocument; readonly index: number } | undefined> {
  const origin = originOf(experiment)
  const notebook = await findNotebook(origin)
  if (!notebook) {
    const copy = 'Copy Cell’s Code'
    const answer = await window.showWarningMessage(
      `The notebook ${origin.notebook} is not there any more, nor another of its name.`,
      copy,
    )
    if (answer === copy) await env.clipboard.writeText(origin.code)
    return undefined
  }
  const editor = await window.showNotebookDocument(notebook)
  const texts = notebook.getCells().map(({ document }) => document.getText())
  const found = cellLike(texts, origin.code)
  if (!found) {
    void window.showInformationMessage(
      'The cell that made it is not in the notebook any more; Copy Cell’s Code has it as it was.',
    )
    return undefined
  }
  const range = new NotebookRange(found.index, found.index + 1)
  editor.selection = range
  editor.revealRange(range, NotebookEditorRevealType.InCenterIfOutsideViewport)
  if (!found.same) void window.showInformationMessage('The cell was changed since it made the experiment.')
  return { notebook, index: found.index }
}

/** Copies the code of the cell that made an experiment, as it was then. */
export async function copyCode({ experiment }: Chosen): Promise<void> {
  await env.clipboard.writeText(originOf(experiment).code)
  window.setStatusBarMessage(`Copied the cell of ${shownName(experiment)}`, 3000)
}

/** @throws TicketLabError `bad-input` for an experiment of an earlier version, or of the command line's other programs */
export function originOf(experiment: KnownExperiment): Origin {
  if (experiment.origin) return experiment.origin
  throw new TicketLabError(
    'bad-input',
    `The cell that made ${shownName(experiment)} was not noted, as an earlier version kept it. ` +
      'Run that cell once more, which computes nothing again.',
  )
}

/** The notebook where it was, or one of that name that is open or in the workspace. */
export async function findNotebook({ notebook: path }: Origin): Promise<NotebookDocument | undefined> {
  const open = workspace.notebookDocuments
  const there =
    open.find(({ uri }) => uri.fsPath === path) ??
    open.find(({ uri }) => basename(uri.path) === basename(path))
  if (there) return there
  const files = [Uri.file(path), ...(await workspace.findFiles(`**/${basename(path)}`, undefined, 1))]
  for (const file of files) {
    try {
      return await workspace.openNotebookDocument(file)
    } catch {
      // It is gone, or no notebook any more: the next may be.
    }
  }
  return undefined
}
