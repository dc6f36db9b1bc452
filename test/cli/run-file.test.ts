import { expect, test } from 'vitest'
import { displayOutput, formatNotebook, parseNotebook } from '../../src/cli/run-file'
import { addOutput, fileOutputs, plotsIn, type Shown } from '../../src/cli/run-outputs'
import { describeRun, runTerminal } from '../../src/cli/run-terminal'
import type { RunActivity } from '../../src/experiments/activity'
import type { Output } from '../../src/kernel/protocol'

const typescript = { language_info: { name: 'typescript' } }

function fileWith(cells: readonly object[], metadata: object = typescript, format: object = {}): string {
  return JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata, cells, ...format })
}
const code = (source: string | string[], metadata: object = {}) => ({ cell_type: 'code', source, metadata })

test.each([
  ['{', /not a notebook: it is not JSON/],
  ['[]', /is not a notebook/],
  ['{"cells": []}', /is not a notebook/],
  [fileWith([], {}, { nbformat: 3 }), /format 3, expected 4/],
  [fileWith([{ cell_type: 'code' }]), /cell 1 has no "cell_type" or no "source"/],
  [
    fileWith([code('1'), code('print(1)', { vscode: { languageId: 'python' } })]),
    /Cell 2 of a\.ipynb is python/,
  ],
  [
    fileWith([code('1')], { kernelspec: { name: 'python3', language: 'python' } }),
    /Cell 1 of a\.ipynb is python/,
  ],
])('%s is refused', (text, message) => {
  expect(() => parseNotebook(text, 'a.ipynb')).toThrow(message)
})

test('text cells may be in any language, and code cells in JavaScript', () => {
  const cells = [{ cell_type: 'markdown', source: 'a' }, code('1', { vscode: { languageId: 'javascript' } })]
  expect(
    parseNotebook(fileWith(cells, { language_info: { name: 'TypeScript' } }), 'a.ipynb').cells,
  ).toHaveLength(2)
})

test('cells of older formats get ids, and what is not known stays', () => {
  const text = fileWith(
    [{ ...code('1'), id: 'cell-1' }, code('2')],
    { ...typescript, mine: [1] },
    { nbformat_minor: 2 },
  )
  const notebook = parseNotebook(text, 'a.ipynb')
  expect(notebook).toMatchObject({ nbformat: 4, nbformat_minor: 5, metadata: { mine: [1] } })
  expect(notebook.cells.map(({ id }) => id)).toEqual(['cell-1', 'cell-2'])
  expect(parseNotebook(formatNotebook(notebook), 'a.ipynb')).toEqual(notebook)
})

test('outputs are kept as VS Code saves them', () => {
  const spec = '{"mark":"line"}'
  const bundle = {
    'application/vnd.vegalite.v5+json': spec,
    'image/svg+xml': '<svg>\n</svg>',
    'image/png': 'AAAA',
    'text/plain': 'a\nb',
  }
  expect(displayOutput(bundle)).toEqual({
    output_type: 'display_data',
    data: {
      'application/vnd.vegalite.v5+json': { mark: 'line' },
      'image/svg+xml': ['<svg>\n', '</svg>'],
      'image/png': 'AAAA',
      'text/plain': ['a\n', 'b'],
    },
    metadata: {},
  })
})

test('text is joined, and a display that changes stays in its place', () => {
  const outputs: Output[] = [
    { kind: 'stream', stream: 'stdout', text: 'a\n' },
    { kind: 'stream', stream: 'stdout', text: 'b\n' },
    { kind: 'display', display: 1, bundle: { 'image/svg+xml': 'growing' } },
    { kind: 'stream', stream: 'stderr', text: 'c' },
    { kind: 'display', display: 1, bundle: { 'image/svg+xml': 'grown' } },
  ]
  const shown = outputs.reduce<readonly Shown[]>(addOutput, [])
  expect(plotsIn(shown)).toEqual(['grown'])
  const error = { kind: 'error', name: 'Error', message: 'm', stack: 'Error: m\nCell In[1], line 1' } as const
  expect(fileOutputs(shown, error)).toEqual([
    { output_type: 'stream', name: 'stdout', text: ['a\n', 'b\n'] },
    { output_type: 'display_data', data: { 'image/svg+xml': ['grown'] }, metadata: {} },
    { output_type: 'stream', name: 'stderr', text: ['c'] },
    { output_type: 'error', ename: 'Error', evalue: 'm', traceback: ['Error: m', 'Cell In[1], line 1'] },
  ])
})

const activity: RunActivity = {
  run: 1,
  name: 'IMP lenet-mnist',
  total: 20,
  done: 5,
  cached: 0,
  stepsDone: 4300,
  stepsTotal: 10_000,
  stepsPerSecond: 3120.4,
  secondsLeft: 79.2,
  running: ['level 3, replicate 1'],
  levels: [3, 4],
}

test('a run is told in a line', () => {
  expect(describeRun(activity)).toBe('IMP lenet-mnist  levels 3-4  43%  3,120 steps/s  1 min 20 s left')
  const { run, name, total, done, cached, stepsDone, stepsTotal, running } = activity
  const young = { run, name, total, done, cached, stepsDone, stepsTotal, stepsPerSecond: 0, running }
  expect(describeRun(young)).toBe('IMP lenet-mnist  43%')
  expect(describeRun({ ...young, stepsDone: stepsTotal })).toBe(
    'IMP lenet-mnist  100% trained, 5 of 20 tasks',
  )
})

test('a log gets a line of each run every five seconds', () => {
  let text = ''
  let time = 0
  const terminal = runTerminal({ write: (more: string) => (text += more) }, () => time)
  for (; time <= 10_000; time += 100) terminal.activity({ runs: [{ ...activity, stepsDone: time }] })
  expect(text.match(/\d+%/g)).toEqual(['0%', '50%', '100%'])
})

test('a terminal keeps what cells print above the lines of what is running', () => {
  const written: string[] = []
  const terminal = runTerminal({ write: (text: string) => written.push(text), isTTY: true, columns: 30 })
  terminal.print('before')
  terminal.activity({ runs: [activity, { ...activity, run: 2 }] })
  terminal.print('half')
  terminal.print(' line\n')
  terminal.activity({ runs: [] })
  terminal.end()
  const { screen, cursor } = emulate(written.join(''))
  expect(screen.slice(0, cursor)).toEqual(['before', 'half line'])
  expect(screen.slice(cursor).join('')).toBe('')
})

/** What a terminal shows of a text with the few control sequences that we write. */
function emulate(text: string): { screen: string[]; cursor: number } {
  const screen = ['']
  let row = 0
  let column = 0
  // eslint-disable-next-line no-control-regex -- that is what it looks for
  for (const [token] of text.matchAll(/\u001b\[(\d*)([AJ])|[^]/g)) {
    if (token === '\n') {
      row++
      column = 0
      screen[row] ??= ''
    } else if (token === '\r') column = 0
    else if (token === '\u001b[J') {
      screen.length = row + 1
      screen[row] = screen[row]!.slice(0, column)
    } else if (token.startsWith('\u001b[')) row -= Number(token.slice(2, -1))
    else {
      screen[row] = screen[row]!.slice(0, column).padEnd(column) + token + screen[row]!.slice(column + 1)
      column++
    }
  }
  return { screen, cursor: row }
}

test('a byte order mark before a notebook is no fault', () => {
  expect(parseNotebook(`\uFEFF${fileWith([], {})}`, 'a.ipynb').cells).toEqual([])
})
