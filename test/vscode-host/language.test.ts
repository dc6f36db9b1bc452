import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import {
  commands,
  languages,
  NotebookCellData,
  NotebookCellKind,
  NotebookData,
  type MarkdownString,
  Position,
  window,
  workspace,
  type CodeAction,
  type CompletionItem,
  type CompletionList,
  type Diagnostic,
  type Hover,
  type Location,
  type NotebookDocument,
  type WorkspaceEdit,
} from 'vscode'
import { notebookMetadata } from '../../src/extension/notebook/identity'

const cells = [
  "const tickets = await lab.imp(lab.preset('lenet-mnist', { step: 3 }), { levels: 2 })",
  "const n: number = 'a'\nfunction broken() {",
  'let kept = 1\nkept = 2\nconst n = await Promise.resolve(tickets)',
  'kept = 3\nn\nlab.preset("lenet-mnist").',
]

describe('what is known in cells', () => {
  let notebook: NotebookDocument
  before(async () => {
    notebook = await openNotebook(notebookMetadata(), ...cells)
  })

  it('members of lab and of values of other cells are offered, each once', async () => {
    const names = labels(await complete(notebook, 3, new Position(2, 26), '.'))
    assert.ok(names.includes('recipe'), names.join())
    const globals = labels(await complete(notebook, 3, new Position(1, 1)))
    assert.equal(globals.filter((name) => name === 'n').length, 1)
    assert.equal(globals.filter((name) => name === 'lab').length, 1)
    assert.ok(!globals.includes('locationbar') && !globals.includes('document'))
  })

  it('no character but Enter and Tab accepts an item', async () => {
    const { items } = await complete(notebook, 3, new Position(1, 1))
    assert.deepEqual(
      labels({ items: items.filter(({ commitCharacters }) => (commitCharacters ?? []).length > 0) }),
      [],
    )
  })

  it('hovering tells types and comments', async () => {
    const hovers = await commands.executeCommand<Hover[]>(
      'vscode.executeHoverProvider',
      notebook.cellAt(0).document.uri,
      new Position(0, cells[0]!.indexOf('imp')),
    )
    assert.equal(hovers.length, 1)
    assert.match(textOf(hovers[0]!), /Promise<Results>[^]*rewinding/)
  })

  it('definitions and renaming reach other cells', async () => {
    const { uri } = notebook.cellAt(2).document
    const place = new Position(2, cells[2]!.split('\n')[2]!.indexOf('tickets'))
    const found = await commands.executeCommand<Location[]>('vscode.executeDefinitionProvider', uri, place)
    assert.deepEqual(
      found.map((one) => one.uri.toString()),
      [notebook.cellAt(0).document.uri.toString()],
    )
    const edit = await commands.executeCommand<WorkspaceEdit>(
      'vscode.executeDocumentRenameProvider',
      uri,
      place,
      'winners',
    )
    assert.deepEqual(
      edit
        .entries()
        .map(([one]) => one.toString())
        .sort(),
      [0, 2].map((index) => notebook.cellAt(index).document.uri.toString()).sort(),
    )
  })

  it('mistakes are marked once, syntax errors by VS Code, and fixes are offered once', async () => {
    const [first] = await diagnosticsOf(notebook, 0, (all) => all.length > 0)
    assert.match(first!.message, /'step' does not exist.*'steps'/)
    await diagnosticsOf(
      notebook,
      1,
      (all) =>
        all.filter(({ message }) => message.includes('not assignable')).length === 1 &&
        all.filter(({ message }) => message.includes("'}' expected")).length === 1,
    )
    assert.deepEqual(languages.getDiagnostics(notebook.cellAt(2).document.uri), [])
    const actions = await commands.executeCommand<CodeAction[]>(
      'vscode.executeCodeActionProvider',
      notebook.cellAt(0).document.uri,
      first!.range,
    )
    const titles = actions.map(({ title }) => title).filter((title) => title.includes('steps'))
    assert.deepEqual(titles, ["Change spelling to 'steps'"])
  })

  it('a service that is killed is started again', async () => {
    const before = await services()
    assert.equal(before.length, 1)
    process.kill(before[0]!)
    await eventually('another service', async () => {
      const now = await services()
      return now.length === 1 && now[0] !== before[0]
    })
    assert.ok(labels(await complete(notebook, 3, new Position(2, 26), '.')).includes('recipe'))
  })

  it('a notebook of another kernel is left to others', async () => {
    const other = await openNotebook(
      { metadata: { kernelspec: { name: 'deno', display_name: 'Deno', language: 'typescript' } } },
      'const setting: number = "a"\nlab',
    )
    await window.showNotebookDocument(notebook)
    // VS Code's own TypeScript answers here: it knows the page of a browser.
    await eventually('names of a browser', async () =>
      labels(await complete(other, 0, new Position(1, 2))).includes('locationbar'),
    )
    assert.deepEqual(
      languages.getDiagnostics(other.cellAt(0).document.uri).filter(({ source }) => source === 'Ticket Lab'),
      [],
    )
  })

  it('the service ends with the last notebook', async () => {
    // Closing those that are not saved would ask about each.
    while (window.tabGroups.activeTabGroup.tabs.length > 0)
      await commands.executeCommand('workbench.action.revertAndCloseActiveEditor')
    await eventually('the end of the service', async () => (await services()).length === 0)
  })
})

async function openNotebook(
  metadata: Record<string, unknown>,
  ...texts: readonly string[]
): Promise<NotebookDocument> {
  const data = new NotebookData(
    texts.map((text) => new NotebookCellData(NotebookCellKind.Code, text, 'typescript')),
  )
  data.metadata = metadata
  const opened = await workspace.openNotebookDocument('jupyter-notebook', data)
  await window.showNotebookDocument(opened)
  return opened
}

function complete(
  notebook: NotebookDocument,
  cell: number,
  position: Position,
  trigger?: string,
): Thenable<CompletionList> {
  const { uri } = notebook.cellAt(cell).document
  return commands.executeCommand('vscode.executeCompletionItemProvider', uri, position, trigger)
}

function labels({ items }: Pick<CompletionList, 'items'>): string[] {
  return items.map(({ label }: CompletionItem) => (typeof label === 'string' ? label : label.label))
}

function textOf({ contents }: Hover): string {
  return contents
    .map((content) => (typeof content === 'string' ? content : (content as MarkdownString).value))
    .join('\n')
}

async function diagnosticsOf(
  notebook: NotebookDocument,
  cell: number,
  wanted: (all: Diagnostic[]) => boolean,
): Promise<Diagnostic[]> {
  const { uri } = notebook.cellAt(cell).document
  await eventually(`diagnostics of cell ${cell}`, () =>
    Promise.resolve(wanted(languages.getDiagnostics(uri))),
  )
  return languages.getDiagnostics(uri)
}

/** The processes of our language service. */
async function services(): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,args='])
  return stdout
    .split('\n')
    .filter((line) => line.includes('ticketlab language') || line.includes('language.cjs'))
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, parent]) => parent === process.pid)
    .map(([pid]) => pid!)
}

async function eventually(what: string, check: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 200_000
  while (!(await check())) {
    if (Date.now() > end) throw new Error(`Waited in vain for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}
