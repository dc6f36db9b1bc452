import { readFile, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TicketDescription } from '../../../src/lab/results/ticket'
import { display } from '../../../src/report/display'
import type { Results } from '../../../src/lab/results/results'
import { decodeSafetensors } from '../../../src/support/safetensors'
import { temporaryFolder } from '../../runtime/lab'
import { python, pythonObstacle } from '../../support/python'
import { openTestLab, type TestLab } from '../lab'

let opened: TestLab
let tickets: Results
let out: Awaited<ReturnType<typeof temporaryFolder>>

beforeAll(async () => {
  out = await temporaryFolder()
  opened = await openTestLab(join(out.folder, 'no-backends'))
  // A full-sized LeNet, so sparse after one level that even plain Python can evaluate all of MNIST's test split.
  const lenet = opened.lab.preset('lenet-mnist', {
    ...{ backend: 'wasm', steps: 150, evaluateEvery: 75, replicates: 1 },
    rates: { dense: 0.95, output: 0.5 },
  })
  tickets = await opened.lab.imp(lenet, { levels: 1 })
})
afterAll(async () => {
  await opened.close()
  await out.remove()
})

async function contentOf(file: string) {
  return decodeSafetensors(await readFile(file), file)
}

const accuracyIn = async (way: string, file: string): Promise<number> =>
  Number(
    await python(
      resolve('test/lab/results/accuracy.py'),
      way,
      file,
      join(process.env['TICKETLAB_DATA']!, 'mnist'),
    ),
  )

describe('an exported ticket', () => {
  it('holds dense weights, masks and its description', async () => {
    const { file, bytes, description } = await tickets.export(1, { folder: join(out.folder, 'tickets') })
    expect(file).toBe(join(out.folder, 'tickets', 'lenet-mnist-imp-level-1-replicate-1.safetensors'))
    expect((await stat(file)).size).toBe(bytes)
    const { tensors, metadata } = await contentOf(file)
    expect(Object.keys(tensors).sort()).toEqual(
      ['dense1', 'dense2', 'output'].flatMap((layer) => [
        `${layer}/bias`,
        `${layer}/weights`,
        `${layer}/weights/mask`,
      ]),
    )
    const weights = await tickets.weights(1)
    const masks = await tickets.mask(1)
    expect(await tickets.mask(1, { replicate: 1 })).toEqual(masks)
    for (const [name, tensor] of Object.entries(weights)) expect(tensors[name]).toEqual(tensor)
    for (const [name, mask] of Object.entries(masks)) expect(tensors[`${name}/mask`]).toEqual(mask)

    expect(JSON.parse(metadata['ticket']!)).toEqual(description)
    expect(JSON.parse(await readFile(`${file}.json`, 'utf8'))).toEqual(description)
    const { task, mask } = tickets.experiment.trainings[1]!
    expect(description).toMatchObject({
      ...{ format: 1, experiment: 'IMP lenet-mnist', level: 1, replicate: 1, weights: 'trained', step: 150 },
      ...{ density: 13_760 / 266_200, kept: { 'dense1/weights': 11_760 }, network: { name: 'lenet' } },
      tasks: { train: task, prune: mask },
      testAccuracy: tickets.levels[1]!.finalAccuracy.mean,
    })
  })

  it('can hold what its training starts from: W_0, with the pruned weights zero', async () => {
    const [trained, start] = await Promise.all(
      (['trained', 'start'] as const).map((weights) => tickets.export(1, { folder: out.folder, weights })),
    )
    expect(start!.description).toMatchObject({ weights: 'start', step: 0 })
    expect(start!.file).toMatch(/level-1-replicate-1-start\.safetensors$/)
    const [w0, wT] = await Promise.all([start!, trained!].map(({ file }) => contentOf(file)))
    const kept = wT!.tensors['dense1/weights/mask']!.data
    const before = w0!.tensors['dense1/weights']!.data
    expect(before.every((value, index) => (kept[index] ? value !== 0 : Object.is(value, 0)))).toBe(true)
    expect(before).not.toEqual(wT!.tensors['dense1/weights']!.data)
  })

  it("can have PyTorch's names and orders, under a name of its own", async () => {
    const [own, torch] = [
      await tickets.export(1, { folder: out.folder }),
      await tickets.export(1, { folder: out.folder, layout: 'torch' }),
    ]
    expect(torch.file).toBe(own.file.replace('.safetensors', '-torch.safetensors'))
    expect(torch.description).toEqual({ ...own.description, layout: 'torch' })
    const { tensors, metadata } = await contentOf(torch.file)
    expect(metadata['format']).toBe('pt')
    expect(Object.keys(tensors).sort()).toEqual(
      ['dense1', 'dense2', 'output'].flatMap((layer) => [
        `${layer}.bias`,
        `${layer}.weight_mask`,
        `${layer}.weight_orig`,
      ]),
    )
    expect(tensors['dense1.weight_orig']!.shape).toEqual([300, 784])
  })

  it('of level 0 is the full network, which has no masks', async () => {
    const exported = await tickets.export(0, { folder: out.folder })
    const { tensors } = await contentOf(exported.file)
    expect(Object.keys(tensors).filter((name) => name.endsWith('/mask'))).toEqual([])
    expect(exported.description).toMatchObject({ density: 1, kept: {} } satisfies Partial<TicketDescription>)
    expect(exported.description.tasks).not.toHaveProperty('prune')
  })

  it('does not replace another ticket of the same name', async () => {
    const folder = join(out.folder, 'others')
    const { file } = await tickets.export(0, { folder })
    const before = await readFile(file)
    const other = await opened.lab.imp({ ...tickets.experiment.setup, seed: 7 }, { levels: 1 })
    await expect(other.export(0, { folder })).rejects.toThrow(
      /Expected a folder without another ticket of the same name for IMP lenet-mnist, found .*level-0/,
    )
    expect(await readFile(file)).toEqual(before)
    expect((await tickets.export(0, { folder })).file).toBe(file)
  })

  it('tells a cell where it is', async () => {
    const exported = await tickets.export(1, { folder: out.folder })
    const shown = (await exported[display]())['text/plain']
    expect(shown).toContain('IMP lenet-mnist, level 1, replicate 1: 5.17% of weights, trained (step 150)')
    expect(shown).toContain(exported.file)
  })

  it('is refused for a level, a replicate or an option that is not there', async () => {
    await expect(tickets.export(2)).rejects.toThrow(
      /one of the levels 0, 1 and a replicate .*found level 2, replicate 1/,
    )
    await expect(tickets.export(1, { replicate: 2 })).rejects.toThrow(/found level 1, replicate 2/)
    await expect(tickets.export(1, { weight: 'start' } as never)).rejects.toThrow(/Did you mean 'weights'/)
    await expect(tickets.export(1, { weights: 'begin' as never })).rejects.toThrow(
      /kind of weights \(trained, start\)/,
    )
    await expect(tickets.export(1, { layout: 'tensorflow' as never })).rejects.toThrow(
      /layout of tickets \(ticketlab, torch\)/,
    )
  })
})

describe('outside of Ticket Lab, a ticket has the accuracy to four digits that was recorded', () => {
  it.for([
    ['PyTorch', 'torch', ['torch', 'numpy']],
    ['NumPy', 'numpy', ['numpy']],
    ['plain Python', 'plain', []],
  ] as const)('in %s', async ([, way, modules], { skip }) => {
    const obstacles = await Promise.all(['json', ...modules].map(pythonObstacle))
    const obstacle = obstacles.find((one) => one !== undefined)
    skip(obstacle !== undefined, obstacle)
    const { file, description } = await tickets.export(1, { folder: out.folder })
    expect((await accuracyIn(way, file)).toFixed(4)).toBe(description.testAccuracy.toFixed(4))
  })

  it('and the package safetensors reads it', async ({ skip }) => {
    const obstacle = await pythonObstacle('safetensors.numpy')
    skip(obstacle !== undefined, obstacle)
    const { file } = await tickets.export(1, { folder: out.folder })
    const program =
      'from safetensors.numpy import load_file; import sys; print(load_file(sys.argv[1])["dense1/weights/mask"].sum())'
    expect((await python('-c', program, file)).trim()).toBe('11760')
  })
})
