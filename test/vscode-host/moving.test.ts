import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, realpath, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import {
  commands,
  ConfigurationTarget,
  debug,
  Location,
  Position,
  SourceBreakpoint,
  Uri,
  window,
  workspace,
  WorkspaceEdit,
  type NotebookCell,
  type NotebookDocument,
} from 'vscode'
import { notebookMetadata, notebookType } from '../../src/extension/notebook/identity'
import { isInTab } from '../../src/extension/notebook/tabs'
import { contents, ranIn, show, until, type TestNotebook } from './notebook'

const stdoutMime = 'application/vnd.code.notebook.stdout'

describe('moving a notebook', () => {
  let root: string
  beforeEach(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), 'ticketlab moving ')))
  })

  it('renaming its file keeps the kernel, the running cell with all that it shows, and those that wait', async () => {
    const before = await saved(join(root, 'a.ipynb'))
    const { text: kernel } = await before.run('let kept = 41; process.pid')
    const counting = await startToCount(before)
    await before.add('kept += 1; kept')
    await runCell(before.document, 2)
    await rename(join(root, 'a.ipynb'), join(root, 'b.ipynb'))
    const after = await openedAt(join(root, 'b.ipynb'))
    await counted(after, 1, counting)
    assert.equal((await ranIn(after, 2)).text, '42')
    const moved = await show(after)
    assert.equal((await moved.run('process.pid')).text, kernel)
    assert.equal(existsSync(join(root, 'a.ipynb')), false)
    assert.equal(isInTab(Uri.file(join(root, 'a.ipynb'))), false)

    const { cell, ended } = await moved.begin('console.log("busy"); while (true) {}')
    await until('the loop', () => contents(cell, stdoutMime)[0])
    await commands.executeCommand('notebook.cancelExecution')
    assert.equal((await ended).success, false)
    assert.equal((await moved.run('kept + 1')).text, '43')
  })

  it('renaming it back keeps them, too', async () => {
    const before = await saved(join(root, 'a.ipynb'))
    const counting = await startToCount(before)
    await rename(join(root, 'a.ipynb'), join(root, 'b.ipynb'))
    await openedAt(join(root, 'b.ipynb'))
    await rename(join(root, 'b.ipynb'), join(root, 'a.ipynb'))
    await counted(await openedAt(join(root, 'a.ipynb')), 0, counting)
  })

  it('moving it to another folder, imports and files are found there', async () => {
    const [here, there] = [join(root, 'here'), join(root, 'there')]
    for (const folder of [here, there]) {
      await mkdir(folder)
      await writeFile(join(folder, 'where.ts'), `export const where: string = '${basename(folder)}'\n`)
    }
    const ask =
      "const { where } = await import('./where'); const path = await import('node:path'); " +
      '[where, path.basename(process.cwd()), path.basename(import.meta.dirname)].join()'
    const before = await saved(join(here, 'a.ipynb'))
    assert.equal((await before.run(ask)).text, "'here,here,here'")
    await rename(join(here, 'a.ipynb'), join(there, 'a.ipynb'))
    const moved = await show(await openedAt(join(there, 'a.ipynb')))
    assert.equal((await moved.run(ask)).text, "'there,there,there'")
  })

  it('moving its folder keeps those of all notebooks in it, in front or not', async () => {
    const [one, two] = [join(root, 'one'), join(root, 'two')]
    await mkdir(one)
    const behind = await saved(join(one, 'behind.ipynb'))
    const countingBehind = await startToCount(behind)
    const front = await saved(join(one, 'front.ipynb'))
    const { text: kernel } = await front.run('process.pid')
    const countingInFront = await startToCount(front)
    await rename(one, two)
    await counted(await openedAt(join(two, 'behind.ipynb')), 0, countingBehind)
    const after = await openedAt(join(two, 'front.ipynb'))
    await counted(after, 1, countingInFront)
    assert.equal(window.activeNotebookEditor?.notebook, after)
    assert.equal((await (await show(after)).run('process.pid')).text, kernel)
  })

  it('what was not saved moves along', async () => {
    const configuration = workspace.getConfiguration('files')
    await configuration.update('autoSave', 'off', ConfigurationTarget.Global)
    try {
      const before = await saved(join(root, 'a.ipynb'))
      await before.run('let kept = 41')
      const counting = await startToCount(before)
      assert.equal(before.document.isDirty, true)
      await rename(join(root, 'a.ipynb'), join(root, 'b.ipynb'))
      const after = await openedAt(join(root, 'b.ipynb'))
      await counted(after, 1, counting)
      assert.equal((await (await show(after)).run('kept + 1')).text, '42')
    } finally {
      await configuration.update('autoSave', undefined, ConfigurationTarget.Global)
    }
  })

  it('its breakpoints move along', async () => {
    const before = await saved(join(root, 'a.ipynb'))
    const { cell } = await before.run('const one = 1\none')
    const at = new Location(cell.document.uri, new Position(1, 0))
    debug.addBreakpoints([new SourceBreakpoint(at, true, 'one > 1')])
    await rename(join(root, 'a.ipynb'), join(root, 'b.ipynb'))
    const after = await openedAt(join(root, 'b.ipynb'))
    await (await show(after)).run('2')
    const address = after.cellAt(0).document.uri.toString()
    const found = debug.breakpoints.filter(
      (one): one is SourceBreakpoint =>
        one instanceof SourceBreakpoint && one.location.uri.toString() === address,
    )
    debug.removeBreakpoints(debug.breakpoints)
    assert.deepEqual(
      found.map(({ location, condition }) => [location.range.start.line, condition]),
      [[1, 'one > 1']],
    )
  })
})

/** A notebook that is opened as users do: VS Code keeps one for minutes that an extension has asked for. */
async function saved(file: string): Promise<TestNotebook> {
  await writeFile(file, JSON.stringify({ cells: [], ...notebookMetadata() }))
  await commands.executeCommand('vscode.openWith', Uri.file(file), notebookType)
  return show(await openedAt(file))
}

/** Begins to run a cell that prints a line every now and then, until it is told that this is enough. */
async function startToCount(notebook: TestNotebook): Promise<Counting> {
  const enough = join(await mkdtemp(join(tmpdir(), 'ticketlab counting ')), 'enough')
  const code = `const { existsSync } = await import('node:fs')
for (let i = 0; !existsSync(${JSON.stringify(enough)}); i++) { console.log(i); await new Promise((r) => setTimeout(r, 200)) }`
  const { cell } = await notebook.add(code)
  await runCell(notebook.document, cell.index)
  await until('the first line', () => contents(cell, stdoutMime)[0])
  return { lines: () => linesOf(cell), enough: () => writeFile(enough, '') }
}

interface Counting {
  /** How many lines are to be seen in the notebook in which it began. */
  lines(): number
  enough(): Promise<void>
}

function linesOf(cell: NotebookCell): number {
  return contents(cell, stdoutMime).join('').split('\n').length - 1
}

/** Waits until such a cell goes on in a notebook, and ends it there; it has shown all of its lines then. */
async function counted(notebook: NotebookDocument, index: number, counting: Counting): Promise<void> {
  const before = counting.lines()
  await until('a line after the move', () => {
    // VS Code may give a notebook that it opens its cells a moment later.
    const cell = index < notebook.cellCount ? notebook.cellAt(index) : undefined
    return cell && linesOf(cell) > before ? true : undefined
  })
  await counting.enough()
  const { success, stdout } = await ranIn(notebook, index)
  assert.equal(success, true)
  const lines = stdout.split('\n').length - 1
  assert.equal(stdout, Array.from({ length: lines }, (_, line) => `${line}\n`).join(''))
}

async function runCell(document: NotebookDocument, index: number): Promise<void> {
  const ranges = [{ start: index, end: index + 1 }]
  await commands.executeCommand('notebook.cell.execute', { ranges, document: document.uri })
}

/** Renames a file or folder as VS Code's explorer does. */
async function rename(from: string, to: string): Promise<void> {
  const edit = new WorkspaceEdit()
  edit.renameFile(Uri.file(from), Uri.file(to))
  assert.equal(await workspace.applyEdit(edit), true)
}

/** The notebook that VS Code opens by itself for a file. */
async function openedAt(file: string): Promise<NotebookDocument> {
  const address = Uri.file(file).toString()
  const find = (): NotebookDocument | undefined =>
    workspace.notebookDocuments.find(({ uri, isClosed }) => !isClosed && uri.toString() === address)
  return (
    find() ??
    new Promise((resolve) => {
      const opening = workspace.onDidOpenNotebookDocument((document) => {
        if (document.uri.toString() !== address) return
        opening.dispose()
        resolve(document)
      })
    })
  )
}
