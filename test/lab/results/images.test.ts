import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { LayerDescription } from '../../../src/networks/description'
import { random } from '../../backends/fixture'
import { temporaryFolder } from '../../runtime/lab'
import { python, pythonObstacle } from '../../support/python'
import { openTestLab, type TestLab } from '../lab'

const shape = [9, 8, 3] as const
const classes = 4
const normalize = { mean: [0.4, 0.5, 0.6], deviation: [0.2, 0.3, 0.25] }
let opened: TestLab
let out: Awaited<ReturnType<typeof temporaryFolder>>

beforeAll(async () => {
  out = await temporaryFolder()
  opened = await openTestLab(join(out.folder, 'no-backends'))
})
afterAll(async () => {
  await opened.close()
  await out.remove()
})

/** Noise, in which the class is where it is a little brighter: too hard to be always right. */
function pictures(count: number, seed: number) {
  const next = random(seed)
  const labels = Uint8Array.from({ length: count }, () => next() * classes)
  const [height, width, channels] = shape
  const images = new Uint8Array(count * height * width * channels)
  for (const [index, label] of labels.entries()) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const bright = Number(y > 4) + 2 * Number(x > 3) === label ? 35 : 0
        for (let channel = 0; channel < channels; channel++)
          images[((index * height + y) * width + x) * channels + channel] = next() * 220 + bright
      }
    }
  }
  return { images, labels }
}

const networks: Readonly<Record<string, readonly LayerDescription[]>> = {
  'one with pixels around images': [
    { kind: 'convolution', filters: 6, stride: 2, padding: 1 },
    { kind: 'max-pool', window: 3, stride: 1, padding: 2 },
    { kind: 'convolution', filters: 7, window: [3, 5], stride: 2, padding: [0, 2] },
    { kind: 'average-pool', window: 3, stride: 2, padding: 1 },
    { kind: 'dense', units: classes },
  ],
  'a plain one': [
    { kind: 'convolution', filters: 6 },
    { kind: 'max-pool', window: 3, stride: 2, padding: 'same' },
    { kind: 'convolution', filters: 7, window: [1, 3], padding: 'valid' },
    { kind: 'dense', units: 12 },
    { kind: 'dropout', rate: 0.2 },
    { kind: 'dense', units: classes },
  ],
  'one with batch norm, a residual block and branches': [
    { kind: 'convolution', filters: 6, batchNorm: true },
    {
      kind: 'residual',
      layers: [
        { kind: 'convolution', filters: 8, stride: 2, batchNorm: true },
        { kind: 'convolution', filters: 8, batchNorm: true, activation: 'none' },
      ],
      shortcut: { kind: 'convolution', filters: 8, window: 1, stride: 2, activation: 'none' },
    },
    {
      kind: 'branches',
      branches: [
        [{ kind: 'average-pool', window: 3, stride: 1, padding: 'same' }],
        [{ kind: 'convolution', filters: 4, window: 1 }],
      ],
    },
    { kind: 'max-pool' },
    { kind: 'global-average-pool' },
    { kind: 'dense', units: classes },
  ],
}

it.for(Object.entries(networks))(
  'a ticket of images has in PyTorch the accuracy that was recorded: %s',
  async ([name, layers], { skip }) => {
    const obstacles = await Promise.all(['torch', 'numpy'].map(pythonObstacle))
    const obstacle = obstacles.find((one) => one !== undefined)
    skip(obstacle !== undefined, obstacle)
    const { lab } = opened
    const test = pictures(1500, 2)
    const dataset = await lab.dataset({
      ...pictures(1200, 1),
      ...{ testImages: test.images, testLabels: test.labels },
      ...{ shape: [...shape], classes, ...normalize },
    })
    const setup = lab.setup({
      ...{ network: lab.network({ input: [...shape], layers }), dataset, backend: 'wasm' },
      ...{ steps: 120, evaluateEvery: 60, replicates: 1 },
      rates: { convolution: 0.3, output: 0.3 },
    })
    const tickets = await lab.imp(setup, { levels: 1 })
    const { file, description } = await tickets.export(1, { folder: join(out.folder, name) })
    expect(description.normalize).toEqual(normalize)
    expect(description.testAccuracy).toBeGreaterThan(0.4)
    expect(description.testAccuracy).toBeLessThan(0.99)

    const [images, labels] = [join(out.folder, 'images.u1'), join(out.folder, 'labels.u1')]
    await writeFile(images, test.images)
    await writeFile(labels, test.labels)
    const program = resolve('test/lab/results/image_accuracy.py')
    const found = Number(await python(program, file, shape.join('x'), images, labels))
    expect(found.toFixed(4)).toBe(description.testAccuracy.toFixed(4))
  },
)
