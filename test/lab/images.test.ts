import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Lab } from '../../src/lab/api'
import { stripedImages, writeTree } from '../datasets/images/files'
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

it('a folder of images is read below the cell, and a preset for them trained on it', async () => {
  const root = await folderOf()
  await writeTree(root, stripedImages())
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
