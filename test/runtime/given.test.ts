import { appendFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { givenMaskOf, givenWeightsOf, keepGiven } from '../../src/runtime/given'
import { maskFile, taskFolder } from '../../src/store/layout'
import { openStore, type Store } from '../../src/store/store'
import { digestOf } from '../../src/tasks/digest'
import { initialize } from '../../src/training/initialize'
import { network, temporaryFolder } from './lab'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let store: Store
beforeAll(async () => {
  folder = await temporaryFolder()
  store = await openStore(folder.folder)
})
afterAll(() => folder.remove())

const maskOf = (bit: (at: number) => number) =>
  givenMaskOf(network, {
    'hidden/weights': { shape: [784, 16], data: Uint8Array.from({ length: 784 * 16 }, (_, at) => bit(at)) },
  })
const silent = () => undefined

it('what is brought along is in the store under its content, however often and by whomever', async () => {
  const mask = maskOf((at) => at % 2)
  await Promise.all(
    [1, 2, 3].map(() =>
      keepGiven(
        store,
        maskOf((at) => at % 2),
        silent,
      ),
    ),
  )
  expect(await store.readMask(digestOf(mask.task))).toEqual(mask.content)
  expect(await store.verify(digestOf(mask.task))).toBe(true)
  expect(digestOf(maskOf((at) => Number(at % 2 === 0)).task)).not.toBe(digestOf(mask.task))
  expect(mask.task.keep).toEqual({ 'hidden/weights': 784 * 8 })
})

it('weights stay to the bit, and the order of their names says nothing', async () => {
  const weights = initialize({ network, seed: 1 })
  const given = givenWeightsOf(network, weights)
  await keepGiven(store, given, silent)
  expect(await store.readWeights({ task: digestOf(given.task), step: 0 })).toEqual(weights)
  const reversed = Object.fromEntries(Object.entries(weights).reverse())
  expect(digestOf(givenWeightsOf(network, reversed).task)).toBe(digestOf(given.task))
})

it('what is damaged is named, moved aside, and written again', async () => {
  const mask = maskOf((at) => Number(at % 3 === 0))
  const digest = digestOf(mask.task)
  await keepGiven(store, mask, silent)
  await appendFile(join(taskFolder(store.folder, digest), maskFile), 'x')
  await expect(store.verify(digest)).rejects.toThrow(/damaged/)
  const log: string[] = []
  await keepGiven(store, mask, (_, message) => void log.push(message))
  expect(log).toEqual([expect.stringMatching(/damaged.*a given task; it was moved to /)])
  expect(await store.readMask(digest)).toEqual(mask.content)
  await rm(taskFolder(store.folder, digest), { recursive: true })
  expect(await store.verify(digest)).toBe(false)
})
