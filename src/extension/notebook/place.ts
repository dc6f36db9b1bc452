import { homedir } from 'node:os'
import { basename, dirname } from 'node:path'
import { workspace, type NotebookDocument } from 'vscode'
import type { NotebookPlace } from '../../kernel/protocol'

/** Where a notebook is; one that is not saved yet counts as lying in the first folder that is open. */
export function placeOf({ uri }: Pick<NotebookDocument, 'uri'>): NotebookPlace {
  const name = basename(uri.path)
  if (uri.scheme === 'file') return { name, folder: dirname(uri.fsPath) }
  const folder = workspace.workspaceFolders?.find((candidate) => candidate.uri.scheme === 'file')
  return { name, folder: folder?.uri.fsPath ?? homedir() }
}
