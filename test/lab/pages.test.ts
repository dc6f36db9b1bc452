import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runInThisContext } from 'node:vm'
import ts from 'typescript'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Lab } from '../../src/lab/api'
import { temporaryFolder } from '../runtime/lab'
import { readCells } from '../../src/extension/notebook/ipynb'
import { openTestLab, type TestLab } from './lab'

let opened: TestLab
let out: Awaited<ReturnType<typeof temporaryFolder>>
const before = process.cwd()

beforeAll(async () => {
  out = await temporaryFolder()
  opened = await openTestLab(join(out.folder, 'no-backends'))
})
afterAll(async () => {
  process.chdir(before)
  await opened.close()
  await out.remove()
})

/** The cells of a page or a notebook, shortened so that they take seconds. */
async function cellsOf(page: string): Promise<readonly string[]> {
  const text = await readFile(page, 'utf8')
  const cells = page.endsWith('.ipynb')
    ? readCells(text, page)
        .filter(({ kind }) => kind === 'code')
        .map((cell) => cell.text)
    : [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, cell]) => cell!)
  expect(cells[0]).toContain('steps: 2000')
  return cells.map((cell) =>
    cell.replace('steps: 2000', "steps: 8, evaluateEvery: 4, backend: 'wasm'").replaceAll('at(500)', 'at(4)'),
  )
}

/** Runs cells one after the other, as a notebook does: what one declares the next ones see. */
async function run(cells: readonly string[], lab: Lab): Promise<void> {
  const program = `export async function page(lab) {\n${cells.join('\n')}\n}`
  const options = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 }
  const { outputText } = ts.transpileModule(program, { compilerOptions: options })
  const exported: { page?: (lab: Lab) => Promise<void> } = {}
  const evaluate = runInThisContext(`(exports) => {${outputText}\n}`) as (exports: object) => void
  evaluate(exported)
  await exported.page!(lab)
}

it.each([
  'docs/taking-away.md',
  'docs/steps.md',
  'examples/step-by-step.ipynb',
  'examples/own-criterion.ipynb',
])('the cells of %s run, one after the other', async (page) => {
  const cells = await cellsOf(join(before, page))
  // Their files are relative to the notebook.
  process.chdir(out.folder)
  await run(cells, opened.lab)
})
