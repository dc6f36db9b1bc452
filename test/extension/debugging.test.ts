import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createCellScripts } from '../../src/extension/debugging/cell-scripts'
import { fromDebugger, toDebugger, type DebuggedCells } from '../../src/extension/debugging/translate'

const folder = join('/tmp', 'ticketlab-cells-1')
const first = 'vscode-notebook-cell:/a.ipynb#one'
const second = 'vscode-notebook-cell:/a.ipynb#two'

/** A notebook whose cells have these texts. */
function notebook(texts: Record<string, string>): DebuggedCells & { readonly texts: Record<string, string> } {
  const addresses = Object.keys(texts)
  return {
    texts,
    scripts: createCellScripts(folder),
    textOf: (cell) => texts[cell],
    nameOf: (cell) => `Cell In[${addresses.indexOf(cell) + 1}]`,
  }
}

/** A message after its translation. */
function translated<T>(translate: (message: T) => void, message: T): T {
  translate(message)
  return message
}

const breakpointsAt = (path: string) => ({
  command: 'setBreakpoints',
  arguments: { source: { path, name: 'a' }, breakpoints: [{ line: 2 }] },
})
const frameAt = (path: string, name = 'f') => ({
  name,
  line: 2,
  source: { path, name: path, sourceReference: 7 },
})
const stackOf = (...stackFrames: ReturnType<typeof frameAt>[]) => ({
  type: 'response',
  command: 'stackTrace',
  body: { stackFrames, totalFrames: stackFrames.length },
})

describe('paths of cells', () => {
  test('are the same for the same text, and others for other texts and cells', () => {
    const scripts = createCellScripts(folder)
    const path = scripts.pathOf({ cell: first, text: '1' })
    const paths = [
      path,
      scripts.pathOf({ cell: first, text: '2' }),
      scripts.pathOf({ cell: second, text: '1' }),
    ]
    expect(new Set(paths).size).toBe(3)
    expect(scripts.pathOf({ cell: first, text: '1' })).toBe(path)
  })

  test('lead back to cell and text, whatever a system does to their case and folder', () => {
    const scripts = createCellScripts(folder)
    const script = { cell: second, text: 'let a' }
    const path = scripts.pathOf(script)
    for (const written of [path, path.toUpperCase().replace('.TS', '.ts'), `/private${path}`]) {
      expect(scripts.at(written)).toEqual(script)
    }
    expect(scripts.at('c:\\Temp\\Ticketlab-Cells-1\\1.ts')).toEqual(script)
  })

  test('are only ours', () => {
    const scripts = createCellScripts(folder)
    const path = scripts.pathOf({ cell: first, text: '1' })
    const others = [
      path.replace('cells-1', 'cells-2'),
      join(folder, '2.ts'),
      join(folder, '1.js'),
      '/1.ts',
      '',
    ]
    expect(others.map((other) => scripts.at(other))).toEqual(others.map(() => undefined))
  })

  test('follow a cell to its new address', () => {
    const scripts = createCellScripts(folder)
    const path = scripts.pathOf({ cell: first, text: '1' })
    scripts.move(first, 'vscode-notebook-cell:/b.ipynb#one')
    expect(scripts.at(path)?.cell).toBe('vscode-notebook-cell:/b.ipynb#one')
    expect(scripts.pathOf({ cell: 'vscode-notebook-cell:/b.ipynb#one', text: '1' })).toBe(path)
  })
})

describe('messages', () => {
  test('to the debugger name a cell by the path of its text, run or not', () => {
    const cells = notebook({ [first]: '1' })
    const message = translated((one) => toDebugger(one, cells), breakpointsAt(first))
    expect(message.arguments.source.path).toBe(cells.scripts.pathOf({ cell: first, text: '1' }))
  })

  test('to the debugger keep our own paths, whatever VS Code makes of them on their way', () => {
    const cells = notebook({ [first]: '1' })
    const path = cells.scripts.pathOf({ cell: first, text: '0' })
    const message = translated((one) => toDebugger(one, cells), breakpointsAt(`vscode-local:${path}`))
    expect(message.arguments.source.path).toBe(path)
  })

  test('about other files and notebooks stay as they are', () => {
    const cells = notebook({ [first]: '1' })
    for (const path of ['/home/model.ts', 'vscode-notebook-cell:/b.ipynb#one']) {
      expect(translated((one) => toDebugger(one, cells), breakpointsAt(path))).toEqual(breakpointsAt(path))
      expect(translated((one) => fromDebugger(one, cells), stackOf(frameAt(path)))).toEqual(
        stackOf(frameAt(path)),
      )
    }
  })

  test('from the debugger name the cell, wherever a source stands', () => {
    const cells = notebook({ [first]: '1', [second]: '2' })
    const path = cells.scripts.pathOf({ cell: second, text: '2' })
    const source = { path: second, name: 'Cell In[2]', sourceReference: 0 }
    const stack = translated((one) => fromDebugger(one, cells), stackOf(frameAt(path)))
    expect(stack.body.stackFrames[0]?.source).toEqual(source)
    const event = { type: 'event', event: 'breakpoint', body: { breakpoint: { source: { path } } } }
    expect(translated((one) => fromDebugger(one, cells), event).body.breakpoint.source).toEqual(source)
  })

  test('about a cell that was edited since it ran keep the text that runs', () => {
    const cells = notebook({ [first]: '1' })
    const path = cells.scripts.pathOf({ cell: first, text: '1' })
    cells.texts[first] = '// new\n1'
    const edited = translated((one) => fromDebugger(one, cells), stackOf(frameAt(path)))
    expect(edited.body.stackFrames[0]?.source).toEqual({
      path,
      name: 'Cell In[1] as it ran',
      sourceReference: 7,
    })
    // Its breakpoints are for the text to come.
    const message = translated((one) => toDebugger(one, cells), breakpointsAt(first))
    expect(message.arguments.source.path).not.toBe(path)
    cells.texts[first] = '1'
    const undone = translated((one) => fromDebugger(one, cells), stackOf(frameAt(path)))
    expect(undone.body.stackFrames[0]?.source.path).toBe(first)
  })

  test('about a stack end with the outermost cell: what runs cells is left out', () => {
    const cells = notebook({ [first]: '1' })
    const path = cells.scripts.pathOf({ cell: first, text: '1' })
    const stack = stackOf(
      frameAt('/home/model.ts'),
      frameAt('<node_internals>/timers', 'listOnTimeout'),
      frameAt(path),
      frameAt('<node_internals>/inspector', 'post'),
      frameAt('/dist/kernel.cjs', 'evaluate'),
    )
    const { body } = translated((one) => fromDebugger(one, cells), stack)
    expect(body.stackFrames).toHaveLength(3)
    expect(body.totalFrames).toBe(3)
  })

  test('about the rest of such a stack are empty', () => {
    const frame = {
      name: 'post',
      source: { path: '<node_internals>/inspector', presentationHint: 'deemphasize' },
    }
    const rest = { command: 'stackTrace', body: { stackFrames: [frame, { name: 'await' }], totalFrames: 3 } }
    const { body } = translated((one) => fromDebugger(one, notebook({})), rest)
    expect(body).toEqual({ stackFrames: [], totalFrames: 1 })
  })

  test('about the start of a deep stack are whole', () => {
    const cells = notebook({ [first]: '1' })
    const frame = () => frameAt(cells.scripts.pathOf({ cell: first, text: '1' }))
    const stack = stackOf(frame(), frame())
    stack.body.totalFrames = 1000
    expect(translated((one) => fromDebugger(one, cells), stack).body.totalFrames).toBe(1000)
  })

  test('ask for stacks whole, so that their end is seen', () => {
    const request = { command: 'stackTrace', arguments: { startFrame: 0, levels: 1 } }
    expect(translated((one) => toDebugger(one, notebook({})), request).arguments.levels).toBeGreaterThan(100)
  })
})
