import { expect, test } from 'vitest'
import { completion, resolveCompletion } from '../../src/language/completion'
import { mistakes } from '../../src/language/diagnostics'
import { fixes, markOf } from '../../src/language/fixes'
import { hover, signatureHelp } from '../../src/language/hover'
import { definition, prepareRename, references, rename } from '../../src/language/navigation'
import { testNotebook } from './notebook'

const notebook = testNotebook()
const { project } = notebook

test('members of lab, presets and options complete, wherever they are written', () => {
  expect(notebook.set('lab.|').offered('.')).toEqual(
    expect.arrayContaining(['imp', 'oneShot', 'preset', 'plot']),
  )
  expect(notebook.set("lab.preset('|')").offered("'")).toContain('lenet-mnist')
  expect(notebook.set("lab.imp(lab.preset('lenet-mnist'), { | })").offered()).toContain('levels')
  expect(
    notebook
      .set(
        "const tickets = await lab.imp(lab.preset('lenet-mnist'), { levels: 2 })",
        'function f() {',
        'tickets.|',
      )
      .offered('.'),
  ).toEqual(expect.arrayContaining(['levels', 'mask']))
})

test('names of earlier cells, of the language and of Node complete; those of a browser do not', () => {
  const offered = notebook.set('const early = 1; class Shape {}', '|', 'const late = 1').offered()
  expect(offered).toEqual(expect.arrayContaining(['early', 'Shape', 'lab', 'Map', 'process', 'await']))
  expect(offered.filter((name) => ['late', 'document', 'locationbar', '__dirname'].includes(name))).toEqual(
    [],
  )
  expect(new Set(offered).size).toBe(offered.length)
})

test('a name of another module brings its import, in a line before the cell', () => {
  const { uri, position } = notebook.set('const a = 1', 'const b = readFileSy|')
  const item = completion(project, uri, position, undefined)!.items.find(
    ({ label }) => label === 'readFileSync',
  )!
  const { additionalTextEdits, detail, documentation } = resolveCompletion(project, item)
  expect(additionalTextEdits).toMatchObject([
    { range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } } },
  ])
  expect(additionalTextEdits![0]!.newText).toMatch(/^import \{ readFileSync \} from '(node:)?fs'\n$/)
  expect(detail).toContain('function readFileSync(')
  expect(JSON.stringify(documentation)).toContain('Returns the contents of')
})

test('an item is resolved with its comment', () => {
  const { uri, position } = notebook.set('lab.|')
  const item = completion(project, uri, position, '.')!.items.find(({ label }) => label === 'imp')!
  expect(JSON.stringify(resolveCompletion(project, item).documentation)).toContain('rewinding')
})

test('hovering tells the type and the comment, as if the name were of this cell', () => {
  const { uri, position } = notebook.set('/** How many. */\nconst count = 3', 'cou|nt')
  expect(hover(project, uri, position)).toEqual({
    contents: { kind: 'markdown', value: '```typescript\nconst count: 3\n```\n\nHow many.' },
    range: { start: { line: 0, character: 0 }, end: { line: 0, character: 5 } },
  })
  const lab = notebook.set('la|b')
  expect(JSON.stringify(hover(project, lab.uri, lab.position))).toMatch(/const lab: Lab.*experiments/)
})

test('a call tells its parameters, and which one is being written', () => {
  const { uri, position } = notebook.set(
    '/** Adds. */\nfunction add(a: number, b: number) { return a + b }',
    'add(1, |',
  )
  expect(signatureHelp(project, uri, position)).toMatchObject({
    signatures: [{ label: 'add(a: number, b: number): number', documentation: { value: 'Adds.' } }],
    activeParameter: 1,
  })
})

test('definitions are found in other cells, in files, and in the declarations of lab', () => {
  const own = notebook.set('\nconst a = 1', 'a|')
  expect(definition(project, own.uri, own.position)).toEqual([
    { uri: '0', range: { start: { line: 1, character: 6 }, end: { line: 1, character: 7 } } },
  ])
  const member = notebook.set('lab.im|p')
  expect(definition(project, member.uri, member.position)[0]!.uri).toMatch(
    /types\/ticketlab\/lab\/api\.d\.ts$/,
  )
  const lab = notebook.set('la|b')
  expect(definition(project, lab.uri, lab.position)).toHaveLength(1)
})

test('a name is renamed in all cells that mean the same by it, and in no other', () => {
  const { uri, position } = notebook.set('const a = 1', 'a + a|', 'const b = { a }', "const a = 'new'", 'a')
  expect(prepareRename(project, uri, position)).toMatchObject({ placeholder: 'a' })
  const changes = rename(project, uri, position, 'c')!.changes!
  expect(Object.entries(changes).map(([cell, edits]) => [cell, edits.length])).toEqual([
    ['0', 1],
    ['1', 2],
    ['2', 1],
  ])
  expect(
    references(project, uri, position, true)
      .map((one) => one.uri)
      .sort(),
  ).toEqual(['0', '1', '1', '2'])
  const lab = notebook.set('la|b')
  expect(prepareRename(project, lab.uri, lab.position)).toHaveProperty('refused')
})

test('there are fixes for what is misspelt or not imported', () => {
  const fixesOf = (text: string): ReturnType<typeof fixes> => {
    notebook.set('const tickets = 1', text)
    const found = mistakes(project, project.cell('1')!)
    const marked = found.map(({ range, code, message }) => ({ range, message, code: markOf(code) }))
    return fixes(project, '1', marked)
  }
  expect(fixesOf('tickts')).toMatchObject([
    {
      title: "Change spelling to 'tickets'",
      edit: { changes: { '1': [{ newText: 'tickets' }] } },
      isPreferred: true,
    },
  ])
  expect(fixesOf("lab.preset('lenet-mnist', { step: 3 })")).toMatchObject([
    { title: "Change spelling to 'steps'", edit: { changes: { '1': [{ newText: 'steps' }] } } },
  ])
  expect(fixesOf('readFileSync').map(({ title }) => title)).toContain('Add import from "node:fs"')
})
