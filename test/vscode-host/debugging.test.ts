import assert from 'node:assert/strict'
import { mkdtemp, realpath, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  commands,
  debug,
  Location,
  Position,
  SourceBreakpoint,
  Uri,
  workspace,
  WorkspaceEdit,
  type NotebookCell,
} from 'vscode'
import { commands as ids } from '../../src/extension/contributions'
import { notebookMetadata } from '../../src/extension/notebook/identity'
import { newNotebook, show, type TestNotebook } from './notebook'
import { allEnded, debugCell, listenForStops, type Stops } from './stops'

describe('debugging', function () {
  let notebook: TestNotebook
  let stops: Stops
  beforeEach(async () => {
    notebook = await newNotebook()
    stops = listenForStops()
  })
  afterEach(async () => {
    await debug.stopDebugging()
    await allEnded()
    debug.removeBreakpoints(debug.breakpoints)
    stops.dispose()
  })

  it('stops in a cell, also after an await, steps, and shows variables; the kernel keeps them', async () => {
    const { cell, ended } = await notebook.add(
      'let start: number = 1; const twice = start * 2\nawait null\nconst end = twice + 1\nend',
    )
    breakAt(cell, 1)
    breakAt(cell, 3)
    await debugCell(cell)
    const before = await stops.next()
    assert.deepEqual(before.frames[0]?.path, cell.document.uri.toString())
    assert.deepEqual(before.frames[0].line, 1)
    await before.go('continue')

    const after = await stops.next()
    assert.deepEqual([after.frames[0]?.line, after.frames[0]?.copy], [3, 0])
    // What runs cells does not show.
    assert.deepEqual(
      after.frames.filter(({ path }) => /kernel|inspector/.test(path)),
      [],
    )
    const variables = await after.variables()
    assert.deepEqual([variables['start'], variables['twice']], ['1', '2'])
    assert.equal(await after.evaluate('twice + start'), '3')
    assert.doesNotMatch(await after.evaluate('String(process.env.NODE_OPTIONS)'), /inspect|js-debug/)
    await after.go('next')
    const stepped = await stops.next()
    assert.equal(stepped.frames[0]?.line, 4)
    assert.equal(await stepped.evaluate('end'), '3')
    await stepped.go('continue')

    const { success, text, stdout } = await ended
    assert.deepEqual({ success, text, stdout }, { success: true, text: '3', stdout: '' })
    await allEnded()
    assert.equal((await notebook.run('start + end')).text, '4')
  })

  it('stops in a function of an earlier cell that TypeScript emitted, and steps into and out of it', async () => {
    const { cell: earlier } = await notebook.run(
      'enum Kind {\n  Dense = 3,\n}\nfunction grow(by: number) {\n  const kind = Kind.Dense\n  return kind + by\n}',
    )
    breakAt(earlier, 6)
    const { cell, ended } = await notebook.add('debugger\nconst grown = grow(1)\ngrown')
    await debugCell(cell)
    const here = await stops.next()
    assert.equal(here.frames[0]?.line, 1)
    await here.go('continue')
    const inside = await stops.next()
    assert.deepEqual(
      inside.frames.map(({ line, path }) => [path, line]),
      [
        [earlier.document.uri.toString(), 6],
        [cell.document.uri.toString(), 2],
      ],
    )
    assert.equal((await inside.variables())['kind'], '3')
    await inside.go('stepOut')
    const outside = await stops.next()
    assert.equal(outside.frames[0]?.path, cell.document.uri.toString())
    await outside.go('continue')
    assert.equal((await ended).text, '4')
  })

  it('stops in an imported TypeScript file, before it has been imported', async () => {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'ticketlab debug ')))
    const [file, saved] = [join(folder, 'model.ts'), join(folder, 'a.ipynb')]
    await writeFile(
      file,
      'type Width = number\nexport function widen(by: Width) {\n  const width: Width = 2\n  return width * by\n}\n',
    )
    await writeFile(saved, JSON.stringify({ cells: [], ...notebookMetadata() }))
    notebook = await show(await workspace.openNotebookDocument(Uri.file(saved)))
    const { cell, ended } = await notebook.add("import { widen } from './model'\nwiden(3)")
    debug.addBreakpoints([new SourceBreakpoint(new Location(Uri.file(file), new Position(3, 0)))])
    await debugCell(cell)
    const stop = await stops.next()
    const { frames } = stop
    assert.match(frames[0]?.path ?? '', /model\.ts$/)
    assert.deepEqual([frames[0]?.line, frames[0]?.copy, frames[0]?.name], [4, 0, 'widen'])
    assert.deepEqual(frames[1]?.path, cell.document.uri.toString())
    assert.equal((await stop.variables())['width'], '2')
    await stop.go('continue')
    assert.equal((await ended).text, '6')
  })

  it('heeds conditions, and writes what log points say', async () => {
    const { cell, ended } = await notebook.add(
      'let sum = 0\nfor (let i = 0; i < 10; i++) {\n  sum += i\n}\nsum',
    )
    const at = new Location(cell.document.uri, new Position(2, 0))
    debug.addBreakpoints([new SourceBreakpoint(at, true, 'i === 7')])
    breakAt(cell, 5, 'the sum is {sum}')
    await debugCell(cell)
    const stop = await stops.next()
    assert.equal(await stop.evaluate('i'), '7')
    await stop.go('continue')
    assert.equal((await ended).text, '45')
    await allEnded()
    await stops.said(/the sum is 45/)
  })

  it('writes all that log points say before it ends', async () => {
    const { cell, ended } = await notebook.add('for (let i = 0; i < 500; i++) {\n  i\n}\n1')
    breakAt(cell, 2, 'turn {i}')
    await debugCell(cell)
    assert.equal((await ended).text, '1')
    await allEnded()
    assert.deepEqual(
      stops.console().match(/turn \d+/g),
      Array.from({ length: 500 }, (_, turn) => `turn ${turn}`),
    )
  })

  it('is interrupted while it is stopped: the cell ends there, and its variables are kept', async () => {
    await notebook.run('let kept = 41')
    const { cell, ended } = await notebook.add('kept += 1\ndebugger\nkept = 0')
    await debugCell(cell)
    await stops.next()
    await commands.executeCommand('notebook.cancelExecution')
    assert.equal((await ended).success, false)
    await allEnded()
    assert.equal((await notebook.run('kept')).text, '42')
  })

  it('ends when the kernel is restarted or dies while it is stopped, and a new kernel can be debugged', async () => {
    const { text } = await notebook.run('process.pid')
    const restarted = await notebook.add('debugger')
    restarted.ended.catch(() => undefined)
    await debugCell(restarted.cell)
    await stops.next()
    await commands.executeCommand(ids.restartKernel)
    await allEnded()
    const pid = (await notebook.run('process.pid')).text
    assert.notEqual(pid, text)

    const killed = await notebook.add('debugger\n1')
    await debugCell(killed.cell)
    await stops.next()
    process.kill(Number(pid), 'SIGKILL')
    assert.match((await killed.ended).error?.message ?? '', /SIGKILL/)
    await allEnded()

    const { cell, ended } = await notebook.add('debugger\n2')
    await debugCell(cell)
    await (await stops.next()).go('continue')
    assert.equal((await ended).text, '2')
  })

  it('goes on to the end when the user ends the debugging, and the kernel stays', async () => {
    await notebook.run('const kept = 5')
    const { cell, ended } = await notebook.add('debugger\n6 * 7')
    await debugCell(cell)
    await stops.next()
    await debug.stopDebugging()
    assert.equal((await ended).text, '42')
    await allEnded()
    assert.equal((await notebook.run('kept')).text, '5')
  })

  it('stops in two notebooks at once, each by itself', async () => {
    // A kernel is chosen for the notebook in front.
    await notebook.run('0')
    const other = await newNotebook()
    await other.run('0')
    const here = await notebook.add('debugger; "here"')
    const there = await other.add('debugger; "there"')
    await debugCell(here.cell)
    const first = await stops.next()
    await debugCell(there.cell)
    const second = await stops.next()
    assert.deepEqual(
      [first, second].map(({ frames }) => frames[0]?.path),
      [here, there].map(({ cell }) => cell.document.uri.toString()),
    )
    await second.go('continue')
    assert.equal((await there.ended).text, "'there'")
    await first.go('continue')
    assert.equal((await here.ended).text, "'here'")
  })

  it('stops in a cell that is edited while another one is debugged', async () => {
    const { cell: edited } = await notebook.run('let one = 1\nlet two = one + 1')
    const { cell, ended } = await notebook.add('debugger\n3')
    breakAt(edited, 2)
    await debugCell(cell)
    const first = await stops.next()
    const edit = new WorkspaceEdit()
    edit.insert(edited.document.uri, new Position(1, 14), ' + one')
    await workspace.applyEdit(edit)
    await debugCell(edited)
    await first.go('continue')
    assert.equal((await ended).text, '3')
    const second = await stops.next()
    assert.deepEqual([second.frames[0]?.path, second.frames[0]?.copy], [edited.document.uri.toString(), 0])
    await second.go('continue')
    await allEnded()
    assert.equal((await notebook.run('4')).text, '4')
  })
})

function breakAt(cell: NotebookCell, line: number, logMessage?: string): void {
  const location = new Location(cell.document.uri, new Position(line - 1, 0))
  debug.addBreakpoints([new SourceBreakpoint(location, true, undefined, undefined, logMessage)])
}
