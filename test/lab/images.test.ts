import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Lab } from '../../src/lab/api'
import { randomStream } from '../../src/support/random'
import { png, writeTree } from '../datasets/images/files'
import { temporaryFolders } from '../datasets/small'
import { backends } from '../runtime/lab'
import { openTestLab, type TestLab } from './lab'

const folderOf = temporaryFolders()
let opened: TestLab
let lab: Lab
beforeAll(async () => {
  opened = await openTestLab(backends)
  ;({ lab } = opened)
})
afterAll(() => opened.close())

/** Stripes that stand or lie, in noise, of three colours. */
function stripes(label: number, seed: number): Buffer {
  const noise = randomStream(seed, 'stripes')
  const rows = Array.from({ length: 12 }, (_, y) =>
    Array.from({ length: 36 }, (_, at) => {
      const x = Math.floor(at / 3)
      return 100 * ((label === 0 ? x : y) % 2) + Math.floor(120 * noise.uniform())
    }),
  )
  return png({ width: 12, type: 2, rows })
}

it('a folder of images is read below the cell, and a preset for them trained on it', async () => {
  const root = await folderOf()
  const files = ['lies', 'stands'].flatMap((name, label) =>
    Array.from({ length: 40 }, (_, at) => [`${name}/${at}.png`, stripes(label, 100 * label + at)] as const),
  )
  await writeTree(root, Object.fromEntries(files))
  const dataset = await lab.dataset(root, { size: 8, testFraction: 0.25 })
  expect(dataset).toMatchObject({
    classNames: ['lies', 'stands'],
    trainCount: 60,
    testCount: 20,
    shape: [8, 8, 3],
  })
  const texts = opened.history.map((bundle) => String(bundle['text/plain']))
  expect(texts.some((text) => /^80 images read in /.test(text))).toBe(true)

  const setup = lab.preset('resnet18-tinyimagenet', {
    ...{ dataset, network: 'resnet20', steps: 4, batchSize: 20, evaluateEvery: 2, replicates: 1 },
    ...{ learningRate: 0.02, backend: 'wasm' },
  })
  const tickets = await lab.imp(setup, { levels: 1 })
  expect(tickets.levels.map(({ density }) => Math.round(100 * density))).toEqual([100, 80])
  const { networks } = await lab.evaluate(tickets)
  expect(networks.map(({ count }) => count)).toEqual([20, 20])
})
