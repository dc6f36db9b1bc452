import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { impCell, newNotebookCells, wholeNumberProblem } from '../../src/extension/notebook/cells'
import { notebookMetadata, wantsOurKernel } from '../../src/extension/notebook/identity'
import { readCells } from '../../src/extension/notebook/ipynb'

describe('whose a notebook is', () => {
  const inner = (metadata: unknown) => wantsOurKernel({ metadata })

  test('ours, as we write it', () => expect(wantsOurKernel(notebookMetadata())).toBe(true))
  test('ours, when it is TypeScript and names no kernel', () => {
    expect(inner({ language_info: { name: 'typescript' } })).toBe(true)
  })
  test("not ours, when it is TypeScript for another's kernel", () => {
    expect(inner({ kernelspec: { name: 'deno' }, language_info: { name: 'typescript' } })).toBe(false)
  })
  test('not ours, when it is Python or says nothing', () => {
    expect(inner({ kernelspec: { name: 'python3' } })).toBe(false)
    expect(wantsOurKernel({})).toBe(false)
    expect(wantsOurKernel(undefined)).toBe(false)
  })
})

describe('reading the cells of a file', () => {
  test('lines or one text, without outputs', () => {
    const file = {
      nbformat: 4,
      cells: [
        { cell_type: 'markdown', source: ['# Title\n', 'text'] },
        { cell_type: 'code', source: 'const a = 1', outputs: [{ output_type: 'stream' }] },
        { cell_type: 'code', outputs: [] },
      ],
    }
    expect(readCells(JSON.stringify(file), 'it')).toEqual([
      { kind: 'markdown', language: 'markdown', text: '# Title\ntext' },
      { kind: 'code', language: 'typescript', text: 'const a = 1' },
      { kind: 'code', language: 'typescript', text: '' },
    ])
  })

  test('of the quickstart', () => {
    const text = readFileSync(new URL('../../examples/quickstart.ipynb', import.meta.url), 'utf8')
    const code = readCells(text, 'The quickstart').filter(({ kind }) => kind === 'code')
    expect(code[0]?.text).toContain("lab.preset('lenet-mnist'")
    expect(wantsOurKernel({ metadata: (JSON.parse(text) as { metadata: unknown }).metadata })).toBe(true)
  })

  test('of something else says what was found', () => {
    expect(() => readCells('{"nbformat":3,"worksheets":[]}', 'old.ipynb')).toThrow(
      /old\.ipynb.*found format 3/,
    )
    expect(() => readCells('<html>', 'page.ipynb')).toThrow(/page\.ipynb is not JSON/)
  })
})

test('the cell that runs IMP says what was chosen', () => {
  const { text } = impCell({ preset: 'lenet-mnist', levels: 8, replicates: 2, steps: 2000 })
  expect(text).toBe(
    "const network = lab.preset('lenet-mnist', { steps: 2000, replicates: 2 })\n" +
      'const tickets = await lab.imp(network, { levels: 8 })',
  )
})

test('a new notebook uses what it defines', () => {
  const code = newNotebookCells().filter(({ kind }) => kind === 'code')
  expect(code[0]?.text).toContain('const tickets =')
  expect(code[1]?.text).toContain('lab.control(tickets')
})

test('numbers typed by the user', () => {
  expect(wholeNumberProblem(' 8 ', 1, 100)).toBeUndefined()
  for (const text of ['', '0', '101', '1.5', 'x', '-3']) {
    expect(wholeNumberProblem(text, 1, 100), text).toMatch(/from 1 to 100/)
  }
})
