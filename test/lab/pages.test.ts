import { cp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runInThisContext } from 'node:vm'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Lab } from '../../src/lab/api'
import type { OwnDataset } from '../../src/lab/asked/dataset-options'
import type { Evaluation } from '../../src/lab/results/evaluations'
import type { BarrierResults } from '../../src/lab/steps/barrier'
import { shade, writeTree } from '../datasets/images/files'
import { temporaryFolder } from '../runtime/lab'
import { readCells } from '../../src/extension/notebook/ipynb'
import { openTestLab, someMnist, type TestLab } from './lab'

let opened: TestLab
/** Some of MNIST: what the cells find is not looked at here, and most of their time went into evaluations. */
let small: OwnDataset
let out: Awaited<ReturnType<typeof temporaryFolder>>
const before = process.cwd()

beforeAll(async () => {
  out = await temporaryFolder()
  opened = await openTestLab(join(out.folder, 'no-backends'))
  small = await someMnist(opened.lab)
})
afterAll(async () => {
  process.chdir(before)
  await opened.close()
  await out.remove()
})

async function wholeCellsOf(page: string): Promise<readonly string[]> {
  const text = await readFile(page, 'utf8')
  return page.endsWith('.ipynb')
    ? readCells(text, page)
        .filter(({ kind }) => kind === 'code')
        .map((cell) => cell.text)
    : [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, cell]) => cell!)
}

/** The cells of a page or a notebook, shortened so that they take seconds. @param more options of their setup */
async function cellsOf(page: string, more = ''): Promise<readonly string[]> {
  const cells = await wholeCellsOf(page)
  const steps = /steps: \d+/
  expect(cells[0]).toMatch(steps)
  return cells.map((cell) =>
    cell.replace(steps, `steps: 8, evaluateEvery: 4, backend: 'wasm'${more}`).replaceAll('at(500)', 'at(4)'),
  )
}

/**
 * Runs cells one after the other, as a notebook does: what one declares the next ones see.
 * @param result what of that is given back, such as `{ a, b }`
 */
async function run<T>(cells: readonly string[], lab: Lab, result = 'undefined'): Promise<T> {
  const program = `export async function page(lab, small) {\n${cells.join('\n')}\nreturn ${result}\n}`
  const options = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 }
  const { outputText } = ts.transpileModule(program, { compilerOptions: options })
  const exported: { page?: (lab: Lab, small: OwnDataset) => Promise<T> } = {}
  const evaluate = runInThisContext(`(exports) => {${outputText}\n}`) as (exports: object) => void
  evaluate(exported)
  return exported.page!(lab, small)
}

it.each([
  'docs/taking-away.md',
  'docs/steps.md',
  'examples/step-by-step.ipynb',
  'examples/own-criterion.ipynb',
])('the cells of %s run, one after the other', async (page) => {
  const cells = await cellsOf(join(before, page), ', dataset: small')
  // Their files are relative to the notebook.
  process.chdir(out.folder)
  await run(cells, opened.lab)
})

describe('The cells of pages that ask for folders of images, and for datasets that have to be installed', () => {
  /** Presets are short whatever a page asks for, and of a few small images where it names no others. */
  function shortened(lab: Lab, images: OwnDataset): Lab {
    const brief = {
      steps: 2,
      evaluateEvery: 2,
      batchSize: 4,
      replicates: 1,
      rewindTo: 0,
      backend: 'wasm',
    } as const
    const preset: Lab['preset'] = (name, options) => {
      const dataset = name.endsWith('mnist') ? small : images
      return lab.preset(name, { dataset, ...options, ...brief })
    }
    return { ...lab, preset }
  }

  it.each(['docs/pruning.md', 'docs/datasets.md', 'docs/training.md'])(
    '%s: they run, one after the other',
    async (page) => {
      process.chdir(out.folder)
      await writeTree('.', folders)
      const images = await opened.lab.dataset('flowers', { size: 8 })
      const cells = await wholeCellsOf(join(before, page))
      expect(cells.length).toBeGreaterThan(1)
      await run(
        cells.map((cell) => cell.replaceAll(/levels: \d+/g, 'levels: 2').replaceAll('size: 64', 'size: 8')),
        shortened(opened.lab, images),
      )
    },
    120_000,
  )
})

/** Two classes of images in each of the layouts that docs/datasets.md has. */
const folders: Readonly<Record<string, string | Buffer>> = {
  ...imagesOf('daisy', 0),
  ...imagesOf('tulip', 100),
  'tiny-imagenet-200/val/val_annotations.txt': '0.png\tdaisy\t0\t0\t9\t9\n100.png\ttulip\t0\t0\t9\t9\n',
}

/** Files of one class, of shades from `first` on. */
function imagesOf(name: string, first: number): Readonly<Record<string, Buffer>> {
  const files = (folder: string, count: number) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, at) => [`${folder}/${first + at}.png`, shade(first + at, 12)]),
    )
  return {
    ...files(`flowers/${name}`, 10),
    ...files(`imagenet/train/${name}`, 10),
    ...files(`imagenet/val/${name}`, 2),
    ...files(`tiny-imagenet-200/train/${name}/images`, 3),
    ...files('tiny-imagenet-200/val/images', 1),
  }
}

/** What PyTorch found of the checkpoints when they were made: the oracle of the next test. */
interface Found {
  readonly [file: `${string}.pt`]: { readonly loss: number; readonly accuracy: number }
  readonly lines: Readonly<Record<string, { readonly error: readonly number[]; readonly height: number }>>
}

it('the cells of examples/checkpoints.ipynb find of PyTorch checkpoints what PyTorch found of them', async () => {
  const examples = join(before, 'examples')
  const found = JSON.parse(await readFile(join(examples, 'checkpoints/found.json'), 'utf8')) as Found
  await cp(join(examples, 'checkpoints'), join(out.folder, 'checkpoints'), { recursive: true })
  process.chdir(out.folder)
  const { evaluations, barriers } = await run<{
    evaluations: readonly Evaluation[]
    barriers: readonly BarrierResults[]
  }>(
    await cellsOf(join(examples, 'checkpoints.ipynb')),
    opened.lab,
    '{ evaluations: [ofA, ofB, ofC], barriers: [apart, forked] }',
  )
  expect(opened.log.filter((message) => /could not be drawn/.test(message))).toEqual([])
  for (const [index, { networks }] of evaluations.entries()) {
    const expected = found[(['a.pt', 'b.pt', 'c.pt'] as const)[index]!]!
    expect(networks).toHaveLength(1)
    expect(networks[0]).toMatchObject({ level: 0, replicate: 1, density: 1, count: 10_000 })
    expect(networks[0]!.accuracy).toBe(expected.accuracy)
    expect(networks[0]!.loss / expected.loss).toBeCloseTo(1, 5)
  }
  for (const [index, line] of ['a.pt b.pt', 'a.pt c.pt'].entries()) {
    const { height, error } = found.lines[line]!
    expect(barriers[index]!.height.mean).toBeCloseTo(height, 6)
    const percent = barriers[index]!.lines[0]!.test.error.map((fraction) => 100 * fraction)
    expect(percent).toHaveLength(error.length)
    // Numbers of single precision may rank two classes of an image the other way round.
    percent.forEach((one, at) => expect(Math.abs(one - error[at]!)).toBeLessThan(0.025))
  }
}, 300_000)
