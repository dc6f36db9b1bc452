import { homedir } from 'node:os'
import { Uri, window, workspace } from 'vscode'

/** Asks where, and writes an image there. Failures are told to the user. */
export async function saveImage(name: string, data: Uint8Array): Promise<void> {
  const folder = workspace.workspaceFolders?.[0]?.uri ?? Uri.file(homedir())
  const ending = name.slice(name.lastIndexOf('.') + 1)
  const target = await window.showSaveDialog({
    defaultUri: Uri.joinPath(folder, name),
    filters: { [ending.toUpperCase()]: [ending] },
  })
  if (!target) return
  try {
    await workspace.fs.writeFile(target, data)
  } catch (error) {
    void window.showErrorMessage(
      `${target.fsPath} could not be written: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}
