import {
  commands,
  Disposable,
  type Uri,
  window,
  workspace,
  type FileRenameEvent,
  type NotebookDocument,
} from 'vscode'
import { isInTab, isTabOf, openTab, tabPlace } from './tabs'

/** Hears what becomes of the notebooks that have a kernel. */
export interface Follower {
  notebooks(): Iterable<NotebookDocument>
  /**
   * A notebook is about to become another one. `next` resolves to that one, once its cells are there; to the same notebook
   * if it stays after all; and to `undefined` when it is gone for good.
   */
  follow(notebook: NotebookDocument, next: Promise<NotebookDocument | undefined>): void
  /** The last tab of a notebook was closed. VS Code may keep the notebook itself open. */
  hidden(notebook: NotebookDocument): void
}

/** How long VS Code may take from announcing that files move until the notebook is there, in milliseconds. */
const moveLimit = 15_000
/** How long it may take from then on to open it, in milliseconds. */
const openLimit = 1500
/** How long it may take to give a moved notebook what was not saved, in milliseconds. */
const restoreLimit = 5000
/** How long after it closed a notebook may reappear under another name, in milliseconds. */
const patience = { untitled: 3000, saved: 500 }
/** For how long a notebook counts as just saved under its name, in milliseconds. */
const justNow = 10_000
const pause = 50

/**
 * Follows notebooks to their next address. VS Code knows no such thing: for renaming, moving, Save As and saving for the
 * first time it closes a notebook and opens another.
 */
export function watchSuccessions(follower: Follower): Disposable {
  const leaving = new Set<NotebookDocument>()
  /** When files were made or saved, by address. */
  const written = new Map<string, number>()
  const isJustWritten = (uri: Uri): boolean => Date.now() - (written.get(uri.toString()) ?? 0) < justNow
  const note = (uri: Uri): void => {
    for (const [address, time] of written) if (Date.now() - time > justNow) written.delete(address)
    written.set(uri.toString(), Date.now())
  }

  const follow = (notebook: NotebookDocument, next: Promise<NotebookDocument | undefined>): void => {
    leaving.add(notebook)
    follower.follow(
      notebook,
      next.finally(() => leaving.delete(notebook)),
    )
  }
  const followIfReplaced = (notebook: NotebookDocument): void => {
    const next = replacementOf(notebook, isJustWritten).then((replacement) => {
      if (!replacement) follower.hidden(notebook)
      return replacement ?? ifOpen(notebook)
    })
    follow(notebook, next)
  }
  const present = (): NotebookDocument[] =>
    [...follower.notebooks()].filter((notebook) => !leaving.has(notebook))

  return Disposable.from(
    workspace.onWillRenameFiles((event) => {
      for (const notebook of present()) {
        if (!addressAfter(notebook.uri, event.files)) continue
        // What VS Code has not yet taken in would be taken for a change after the move, and the old file be written again.
        const isDirty = quiet().then(() => notebook.isDirty)
        event.waitUntil(isDirty)
        follow(notebook, movedFrom(notebook, isDirty))
      }
    }),
    workspace.onDidCreateFiles(({ files }) => files.forEach(note)),
    workspace.onDidSaveNotebookDocument(({ uri }) => note(uri)),
    window.tabGroups.onDidChangeTabs(({ closed }) => {
      for (const notebook of present()) {
        if (closed.some((tab) => isTabOf(notebook.uri, tab)) && !isInTab(notebook.uri))
          followIfReplaced(notebook)
      }
    }),
    workspace.onDidCloseNotebookDocument((notebook) => {
      if (present().includes(notebook)) followIfReplaced(notebook)
    }),
  )
}

/** Where something is after files and folders were renamed; `undefined` if it is none of them and in none of them. */
export function addressAfter(uri: Uri, files: FileRenameEvent['files']): Uri | undefined {
  for (const { oldUri, newUri } of files) {
    if (oldUri.scheme !== uri.scheme || oldUri.authority !== uri.authority) continue
    if (uri.path === oldUri.path) return newUri
    if (uri.path.startsWith(`${oldUri.path}/`))
      return newUri.with({ path: newUri.path + uri.path.slice(oldUri.path.length) })
  }
  return undefined
}

/** What a notebook becomes whose file is about to be moved; itself if it stays. */
async function movedFrom(
  notebook: NotebookDocument,
  isDirty: Promise<boolean>,
): Promise<NotebookDocument | undefined> {
  let address = notebook.uri
  const following = workspace.onDidRenameFiles(({ files }) => {
    address = addressAfter(address, files) ?? address
  })
  const tab = tabPlace(notebook.uri)
  try {
    let last = notebook.uri
    while (await comes(() => address !== last, moveLimit)) {
      last = address
      const isMovedOn = (): boolean => address !== last
      await comes(() => isMovedOn() || (isInTab(address) && openAt(address) !== undefined), openLimit)
      // A tab that is not in front has no notebook before somebody looks at it.
      const next = openAt(address) ?? (await workspace.openNotebookDocument(address))
      // VS Code follows the tabs of files, but closes most of those in a folder that is moved.
      if (tab && !isMovedOn() && !isInTab(address)) await openTab(next, tab)
      const hadChanges = await isDirty
      await comes(
        () => isMovedOn() || (contentOf(next) === contentOf(notebook) && (!hadChanges || next.isDirty)),
        restoreLimit,
      )
      if (!isMovedOn()) return next
    }
    return ifOpen(notebook)
  } finally {
    following.dispose()
  }
}

/** The notebook that was just saved with the same content and has taken the place of one without a tab. */
async function replacementOf(
  notebook: NotebookDocument,
  isJustWritten: (uri: Uri) => boolean,
): Promise<NotebookDocument | undefined> {
  const content = contentOf(notebook)
  const find = (): NotebookDocument | undefined =>
    workspace.notebookDocuments.find(
      (other) =>
        other !== notebook &&
        !other.isUntitled &&
        other.notebookType === notebook.notebookType &&
        isJustWritten(other.uri) &&
        isInTab(other.uri) &&
        contentOf(other) === content,
    )
  await comes(() => find() !== undefined, notebook.isUntitled ? patience.untitled : patience.saved)
  return find()
}

function openAt(address: Uri): NotebookDocument | undefined {
  return workspace.notebookDocuments.find(
    ({ uri, isClosed }) => !isClosed && uri.toString() === address.toString(),
  )
}

function ifOpen(notebook: NotebookDocument): NotebookDocument | undefined {
  return notebook.isClosed ? undefined : notebook
}

function contentOf(notebook: NotebookDocument): string {
  return JSON.stringify(notebook.getCells().map(({ kind, document }) => [kind, document.getText()]))
}

/** Resolves when VS Code has taken in what it was sent: outputs wait a moment, to be sent together. */
async function quiet(): Promise<void> {
  await sleep(pause)
  await commands.getCommands(true)
}

/** Whether `check` becomes true within `limit` milliseconds. Much of what it asks for has no event. */
async function comes(check: () => boolean, limit: number): Promise<boolean> {
  const end = Date.now() + limit
  while (!check()) {
    if (Date.now() > end) return false
    await sleep(pause)
  }
  return true
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
