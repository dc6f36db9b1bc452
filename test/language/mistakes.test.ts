import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { testNotebook, type GivenCell } from './notebook'

const notebook = testNotebook()

/** What is wrong in each of these cells. */
function mistakesIn(...cells: readonly GivenCell[]): string[][] {
  notebook.set(...cells)
  return notebook.mistakes()
}

test('mistakes in the use of lab, and of types, have their place', () => {
  expect(
    mistakesIn(
      "const setup = lab.preset('lenet-mnist', { step: 3 })",
      "const n: number = 'a'",
      '\r\n\r\nconst tickets = await lab.imp(setup, { levels: 2 })\r\ntickets.nothing',
      "lab.preset('lenet-mnits')",
    ),
  ).toEqual([['step 2561'], ['n 2322'], ['nothing 2339'], ["'lenet-mnits' 2345"]])
})

test('what the kernel accepts is no mistake', () => {
  const cells = [
    'let kept = 1; const a = 1; var v = 1; function f() { return 1 } class K { x = 1 }',
    "const a = 'again'; kept = 2; kept += 1",
    'const a = a + a\nconst value = await Promise.resolve(a)',
    'f(); new K().x; v = 3; value',
    'function f() { return 2 }',
    'export const exported = 1; export default f',
    'exported + 1; exported as number',
    'interface Point { x: number } type Line = Point[]; enum Kind { One } namespace N { export const x = 1 }',
    'const line: Line = [{ x: Kind.One }]; N.x; const point: Point = line[0]!',
    'if (true) { var inBlock = 1 }',
    'inBlock; import.meta.dirname; require("node:fs"); process.version; this',
    'let best: number | undefined',
    'best = 2',
    'best + 1',
    'function take(results: lab.Results): lab.Setup | undefined { return undefined }',
    'for (const x of [1]) { console.log(x) }; [1].map((n) => n + 1)',
  ]
  expect(mistakesIn(...cells)).toEqual(cells.map(() => []))
})

test('names exist from the cell on that declares them, and not before', () => {
  expect(mistakesIn('later', 'const later = 1', 'later')).toEqual([['later 2304'], [], []])
})

test('a cell with an unclosed brace hurts no other', () => {
  const cells = ['const a = 1', 'const b = 2\nfunction f() {\n  if (a) {', 'const c = a + b\nf()', 'c']
  const found = mistakesIn(...cells)
  expect([found[0], found[2], found[3]]).toEqual([[], [], []])
})

test('what only browsers and CommonJS modules have is unknown', () => {
  expect(mistakesIn('document', 'window', '__dirname', 'module', 'locationbar').flat()).toEqual([
    'document 2584',
    'window 2304',
    '__dirname 2304',
    'module 2591',
    'locationbar 2304',
  ])
})

test('a cell of JavaScript has no mistakes, but its names have types', () => {
  expect(
    mistakesIn(
      { language: 'javascript', text: 'const n = 1; n.nothing; function f(x) { return x.y }' },
      'n.nothing; f(1)',
    ),
  ).toEqual([[], ['nothing 2339']])
})

test('@ts-nocheck, @ts-ignore and @ts-expect-error are obeyed', () => {
  expect(
    mistakesIn('// @ts-nocheck\nmissing', '// @ts-ignore\nmissing', '// @ts-expect-error\n1', 'missing'),
  ).toEqual([[], [], ['// @ts-expect-error 2578'], ['missing 2304']])
})

test('files and packages beside the notebook are found, and changes noticed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ticketlab language '))
  try {
    await writeFile(join(folder, 'helper.ts'), 'export const helper = 1')
    await writeFile(join(folder, 'plain.js'), 'export const plain = 1')
    const beside = testNotebook(folder)
    const cells = [
      "import { helper } from './helper'\nimport { plain } from './plain.js'",
      'helper.toFixed(); plain.toFixed()',
      "import { made } from 'made'\nmade.toFixed()",
      "import { later } from './later.ts'",
    ]
    beside.set(...cells)
    expect(beside.mistakes()).toEqual([[], [], ["'made' 2307"], ["'./later.ts' 2307"]])

    await writeFile(join(folder, 'helper.ts'), "export const helper = 'a text, now'")
    await writeFile(join(folder, 'later.ts'), 'export const later = 1')
    await mkdir(join(folder, 'node_modules/made'), { recursive: true })
    await writeFile(
      join(folder, 'node_modules/made/package.json'),
      '{ "name": "made", "types": "made.d.ts" }',
    )
    await writeFile(join(folder, 'node_modules/made/made.d.ts'), 'export declare const made: number')
    beside.project.filesChanged()
    expect(beside.mistakes()).toEqual([[], ['toFixed 2551'], [], []])
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('whatever is typed, TypeScript survives it', () => {
  const text = 'const { a: [b = `${x}`] } = await f(<T>(y) => { return class { #z = /[/]/ } }) as const; enum'
  for (let end = 0; end <= text.length; end += 3) {
    const cursor = notebook.set(`${text.slice(0, end)}|`, text.slice(end), '\u2028|\0')
    cursor.offered()
    notebook.mistakes()
  }
  expect(mistakesIn('const fine = 1', 'fine')).toEqual([[], []])
})
