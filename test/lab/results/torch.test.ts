import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ticketLayouts, type TicketLayout } from '../../../src/lab/results/ticket-layouts'
import { networkOf } from '../../../src/networks/describe'
import type { LayerDescription } from '../../../src/networks/description'
import { layerKinds } from '../../../src/networks/layers/all'
import { lower } from '../../../src/networks/lower'
import type { Layer, Network } from '../../../src/networks/network'
import { encodeSafetensors } from '../../../src/support/safetensors'
import { countKept, sizeOf, type Masks, type Tensors } from '../../../src/support/tensor'
import { random, randomMasks, randomWeights } from '../../backends/fixture'
import { interpret } from '../../backends/interpreter'
import { temporaryFolder } from '../../runtime/lab'
import { python, pythonObstacle } from '../../support/python'

const input = [7, 6, 3] as const
const classes = 4
const output: LayerDescription = { kind: 'dense', units: classes }

/** For every kind of layer networks that have it, with what is odd about it. A kind without one does not compile. */
const networks: { readonly [K in Layer['kind']]: readonly (readonly LayerDescription[])[] } = {
  dense: [
    [{ kind: 'dense', units: 9 }, { kind: 'dense', units: 5, batchNorm: true }, output],
    [{ kind: 'dense', units: 5, name: 'type', activation: 'none' }, output],
  ],
  convolution: [
    [
      { kind: 'convolution', filters: 5 },
      { kind: 'convolution', filters: 4, window: [2, 3], stride: 2 },
      output,
    ],
    [{ kind: 'convolution', filters: 5, window: 4, padding: 'valid', batchNorm: true }, output],
  ],
  'max-pool': [
    [{ kind: 'max-pool' }, output],
    [
      { kind: 'convolution', filters: 5, activation: 'none' },
      { kind: 'max-pool', window: 3, stride: 2, padding: 'same' },
      output,
    ],
  ],
  'average-pool': [
    [{ kind: 'average-pool' }, output],
    [{ kind: 'average-pool', window: 3, stride: 1, padding: 'same' }, output],
  ],
  'global-average-pool': [[{ kind: 'convolution', filters: 5 }, { kind: 'global-average-pool' }, output]],
  dropout: [
    [{ kind: 'dropout', rate: 0.2 }, { kind: 'dense', units: 8 }, { kind: 'dropout', rate: 0.5 }, output],
  ],
  residual: [
    [{ kind: 'residual', layers: [{ kind: 'convolution', filters: 3 }], activation: 'none' }, output],
    [
      {
        kind: 'residual',
        layers: [
          { kind: 'convolution', filters: 6, stride: 2, batchNorm: true },
          { kind: 'convolution', filters: 6, batchNorm: true },
        ],
        shortcut: { kind: 'convolution', filters: 6, window: 1, stride: 2, batchNorm: true },
      },
      output,
    ],
  ],
  branches: [
    [
      {
        kind: 'branches',
        branches: [
          [
            { kind: 'convolution', filters: 4, window: [1, 3] },
            { kind: 'convolution', filters: 2, window: [3, 1] },
          ],
          [{ kind: 'average-pool', window: 3, stride: 1, padding: 'same' }],
          [{ kind: 'residual', layers: [{ kind: 'convolution', filters: 3 }] }],
        ],
      },
      output,
    ],
    [
      { kind: 'branches', branches: [[{ kind: 'dense', units: 6 }], [{ kind: 'global-average-pool' }]] },
      output,
    ],
  ],
}

const cases = layerKinds.flatMap((kind) =>
  networks[kind].map((layers, index) => ({
    name: `${kind} ${index + 1}`,
    network: networkOf({ input, layers }),
  })),
)

let out: Awaited<ReturnType<typeof temporaryFolder>>
beforeAll(async () => {
  out = await temporaryFolder()
})
afterAll(() => out.remove())

function weightsOf(network: Network): Tensors {
  const { parameters } = randomWeights(network, 3)
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { shape, data }]) => [
      name,
      { shape, data: name.endsWith('/variance') ? data.map((value) => 0.5 + Math.abs(value)) : data },
    ]),
  )
}

/** What the network's primitives say, in double precision. */
function logitsOf(network: Network, tensors: Tensors, masks: Masks, images: Float32Array): readonly number[] {
  const given = Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, data }]) => {
      const kept = masks[name]
      return [name, { shape, data: Array.from(data, (value, at) => (kept && !kept.data[at] ? 0 : value)) }]
    }),
  )
  const shapes = Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, shape]))
  const { logits, primitives } = lower(network, { images: ['batch', ...network.input], ...shapes })
  const batch = images.length / sizeOf(network.input)
  const example = { shape: [batch, ...network.input], data: [...images] }
  return interpret(primitives, { images: example, ...given })[logits]!.data
}

async function written(name: string, network: Network, tensors: Tensors, masks: Masks, layout: TicketLayout) {
  const file = join(out.folder, `${name}-${layout}.safetensors`)
  const ticket = { network, ...(layout === 'ticketlab' ? {} : { layout }) }
  const stored = ticketLayouts[layout](network, tensors, masks)
  await writeFile(file, encodeSafetensors(stored, { ticket: JSON.stringify(ticket) }))
  return file
}

async function imagesFile(): Promise<{ readonly file: string; readonly images: Float32Array }> {
  const next = random(5)
  const images = Float32Array.from({ length: 3 * sizeOf(input) }, () => 2 * next() - 1)
  const file = join(out.folder, 'images.f4')
  await writeFile(file, images)
  return { file, images }
}

async function obstacleTo(...modules: readonly string[]): Promise<string | undefined> {
  const obstacles = await Promise.all(modules.map(pythonObstacle))
  return obstacles.find((one) => one !== undefined)
}

/** What test/lab/results/torch_logits.py says of a file. */
interface Found {
  readonly logits: readonly number[]
  /** After `prune_model`. */
  readonly pruned: readonly number[]
  readonly state: Readonly<Record<string, readonly number[]>>
}

function expectClose(found: readonly number[], expected: readonly number[]): void {
  const scale = Math.max(1, ...expected.map(Math.abs))
  expect(found).toHaveLength(expected.length)
  found.forEach((value, at) =>
    expect(Math.abs(value - expected[at]!) / scale, `number ${at}`).toBeLessThan(1e-5),
  )
}

describe('examples/load_ticket.py', () => {
  it('has a PyTorch model of every kind of layer', async ({ skip }) => {
    const obstacle = await obstacleTo('json')
    skip(obstacle !== undefined, obstacle)
    const program =
      'import sys, json; sys.path.insert(0, "examples"); from load_ticket import steps; print(json.dumps(list(steps)))'
    const kinds = JSON.parse(await python('-c', program)) as string[]
    expect(kinds.sort()).toEqual([...layerKinds].sort())
  })

  it('computes with every kind of layer the same logits, from files of both layouts', async ({ skip }) => {
    const obstacle = await obstacleTo('torch', 'numpy')
    skip(obstacle !== undefined, obstacle)
    const { file: images, images: numbers } = await imagesFile()
    const tickets = await Promise.all(
      cases.map(async ({ name, network }) => {
        const tensors = weightsOf(network)
        const masks = randomMasks(network, 0.6, 8)
        const file = (layout: TicketLayout) =>
          written(name.replace(' ', '-'), network, tensors, masks, layout)
        const files = [await file('ticketlab'), await file('torch')]
        return {
          name,
          files,
          layouts: ticketLayouts.torch(network, tensors, masks),
          logits: logitsOf(network, tensors, masks, numbers),
        }
      }),
    )
    const program = resolve('test/lab/results/torch_logits.py')
    const lines = (await python(program, images, ...tickets.flatMap(({ files }) => files))).trim().split('\n')
    const found = lines.map((line) => JSON.parse(line) as Found)
    expect(found).toHaveLength(2 * cases.length)
    for (const [index, { name, layouts, logits }] of tickets.entries()) {
      for (const one of found.slice(2 * index, 2 * index + 2)) {
        expect(new Set(logits.map((value) => value.toFixed(6))).size, name).toBeGreaterThan(classes)
        expectClose(one.logits, logits)
        expect(one.pruned, name).toEqual(one.logits)
        // The names and shapes that PyTorch's own state_dict has are those of the layout.
        const shapes = Object.fromEntries(Object.entries(layouts).map(([key, { shape }]) => [key, shape]))
        expect(one.state, name).toEqual(shapes)
      }
    }
  })
})

describe("PyTorch's layout", () => {
  const network = networkOf({
    input,
    layers: [
      { kind: 'convolution', filters: 5, batchNorm: true },
      { kind: 'convolution', filters: 4, window: [1, 3], padding: 'valid' },
      { kind: 'dense', units: 8 },
      output,
    ],
  })

  it('loads into a module that was written by hand, whose pruned weights stay zero in training', async ({
    skip,
  }) => {
    const obstacle = await obstacleTo('torch', 'numpy', 'safetensors.torch')
    skip(obstacle !== undefined, obstacle)
    const tensors = weightsOf(network)
    const { 'conv1/weights': first, 'conv2/weights': second } = randomMasks(network, 0.5, 8)
    // The dense layers are left whole.
    const masks = { 'conv1/weights': first!, 'conv2/weights': second! }
    const file = await written('own', network, tensors, masks, 'torch')
    const { file: images, images: numbers } = await imagesFile()
    const found = JSON.parse(await python(resolve('test/lab/results/own_module.py'), file, images)) as {
      readonly logits: readonly number[]
      readonly left: Readonly<Record<string, number>>
    }
    expectClose(found.logits, logitsOf(network, tensors, masks, numbers))
    const kept = Object.entries(masks).map(([name, mask]) => [name.replace('/weights', ''), countKept(mask)])
    expect(found.left).toEqual(Object.fromEntries(kept))
  })

  it('turns axes round: what is outermost is the output, then the channel, then the place', () => {
    const small = networkOf({
      input: [2, 3, 2],
      layers: [
        { kind: 'convolution', filters: 3, window: [1, 2] },
        { kind: 'dense', units: 2 },
      ],
    })
    // Every weight says where it is: a filter's [row, column, channel, filter], a dense one's [row, column, channel, unit].
    const places = (...shape: readonly number[]) => {
      const strides = shape.map((_, axis) => 10 ** (shape.length - 1 - axis))
      const data = Array.from({ length: sizeOf(shape) }, (_, at) => {
        let rest = at
        return shape.reduceRight((sum, extent, axis) => {
          const index = rest % extent
          rest = Math.floor(rest / extent)
          return sum + index * strides[axis]!
        }, 0)
      })
      return Float32Array.from(data)
    }
    const { parameters } = randomWeights(small, 1)
    const tensors: Tensors = {
      ...parameters,
      'conv1/weights': { shape: [1, 2, 2, 3], data: places(1, 2, 2, 3) },
      'output/weights': { shape: [18, 2], data: places(2, 3, 3, 2) },
    }
    const stored = ticketLayouts.torch(small, tensors, {})
    expect(Object.keys(stored)).toEqual(['conv1.weight', 'conv1.bias', 'output.weight', 'output.bias'])
    expect(stored['conv1.weight']!.shape).toEqual([3, 2, 1, 2])
    expect([...stored['conv1.weight']!.data]).toEqual([0, 100, 10, 110, 1, 101, 11, 111, 2, 102, 12, 112])
    expect(stored['output.weight']!.shape).toEqual([2, 18])
    const unit0 = [0, 100, 200, 1000, 1100, 1200]
    const channels = [0, 10, 20].flatMap((channel) => unit0.map((place) => place + channel))
    expect([...stored['output.weight']!.data]).toEqual([...channels, ...channels.map((place) => place + 1)])
  })

  it('is refused where a layer has the name of the batch norm of another', () => {
    const twins = networkOf({
      input,
      layers: [
        { kind: 'convolution', filters: 2, name: 'first', batchNorm: true },
        { kind: 'convolution', filters: 2, name: 'first_norm' },
        output,
      ],
    })
    expect(() => ticketLayouts.torch(twins, weightsOf(twins), {})).toThrow(
      /Expected no layer "first_norm" beside "first", .*layout: 'ticketlab'/,
    )
  })
})
