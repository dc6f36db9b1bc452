import {
  commands,
  TabInputCustom,
  TabInputNotebook,
  TabInputText,
  window,
  workspace,
  type NotebookDocument,
  type NotebookEditor,
  type Tab,
  type TabGroup,
  type Uri,
  type ViewColumn,
} from 'vscode'

/** Where the tab of a notebook is. */
export interface TabPlace {
  readonly viewColumn: ViewColumn
  /** Whether it is the one of its group that is to be seen. */
  readonly isActive: boolean
}

export function isTabOf(uri: Uri, { input }: Tab): boolean {
  return input instanceof TabInputNotebook && input.uri.toString() === uri.toString()
}

/** Where a notebook has a tab, in front or not; `undefined` if it has none. */
export function tabPlace(uri: Uri): TabPlace | undefined {
  const tab = window.tabGroups.all.flatMap(({ tabs }) => tabs).find((one) => isTabOf(uri, one))
  return tab && { viewColumn: tab.group.viewColumn, isActive: tab.isActive }
}

export function isInTab(uri: Uri): boolean {
  return tabPlace(uri) !== undefined
}

/** Tabs come in front one after the other. */
let turn: Promise<unknown> = Promise.resolve()

function inTurn(act: () => Promise<void>): Promise<void> {
  const mine = turn.then(act)
  turn = mine.catch(() => undefined)
  return mine
}

/** Opens a tab for a notebook, without giving it the focus. */
export function openTab(notebook: NotebookDocument, { viewColumn, isActive }: TabPlace): Promise<void> {
  return inTurn(async () => {
    const group = window.tabGroups.all.find((one) => one.viewColumn === viewColumn)
    await showMeanwhile(notebook, viewColumn, isActive ? undefined : group, () => Promise.resolve())
  })
}

/**
 * Does something that VS Code does only in a notebook that is to be seen. One whose tab is behind another comes in front
 * meanwhile, without the focus. Does nothing for a notebook without a tab.
 */
export function inFront(
  notebook: NotebookDocument,
  act: (editor: NotebookEditor) => Promise<void>,
): Promise<void> {
  return inTurn(async () => {
    const seen = window.visibleNotebookEditors.find((editor) => editor.notebook === notebook)
    if (seen) return act(seen)
    const group = window.tabGroups.all.find(({ tabs }) => tabs.some((tab) => isTabOf(notebook.uri, tab)))
    if (group) await showMeanwhile(notebook, group.viewColumn, group, act)
  })
}

/** @param before the group whose tab comes back in front afterwards */
async function showMeanwhile(
  notebook: NotebookDocument,
  viewColumn: ViewColumn,
  before: TabGroup | undefined,
  act: (editor: NotebookEditor) => Promise<void>,
): Promise<void> {
  const activeTab = before?.activeTab
  const how = { viewColumn, preserveFocus: true, preview: false }
  await act(await window.showNotebookDocument(notebook, how))
  if (activeTab) await showAgain(activeTab, how)
}

/** Shows a tab as it was; VS Code has no way to do that for those of extensions. */
async function showAgain(
  { input, isPreview }: Tab,
  how: { readonly viewColumn: ViewColumn; readonly preserveFocus: boolean },
): Promise<void> {
  const options = { ...how, preview: isPreview }
  if (input instanceof TabInputText) await window.showTextDocument(input.uri, options)
  else if (input instanceof TabInputNotebook)
    await window.showNotebookDocument(await workspace.openNotebookDocument(input.uri), options)
  else if (input instanceof TabInputCustom)
    await commands.executeCommand('vscode.openWith', input.uri, input.viewType, options)
}
