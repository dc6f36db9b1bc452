import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compileKernels } from '../../scripts/kernels.mjs'
import { shipNative } from '../../scripts/native.mjs'
import type { Backend, TrainingState } from '../../src/backends/backend'
import { installNative } from '../../src/backends/native/installation'
import type * as Native from '../../src/backends/native/native'
import type { Optimizer } from '../../src/backends/optimizers/all'
import type * as Tensorflow from '../../src/backends/tensorflow/tensorflow'
import type * as Wasm from '../../src/backends/wasm/wasm'
import type * as Asked from '../../src/lab/asked/presets'
import type * as Lower from '../../src/networks/lower'
import type * as Digest from '../../src/tasks/digest'
import type { TrainTask } from '../../src/tasks/tasks'
import type * as Curve from '../../src/training/curve'
import { batchSize, data, network, randomBatches, randomMasks, randomWeights } from '../backends/fixture'
import { needNative } from '../support/native'
import { needTensorflow } from '../support/tensorflow'
import { complaints, editsOf, sourceWith, type Edits } from './walkthrough'

const [row, table] = ['src/backends/optimizers/adagrad.ts', 'src/backends/optimizers/all.ts']
const translations = ['src/backends/tensorflow/updates.ts', 'src/backends/tiles/updates.ts']
/** Files that need, themselves or through others, all that knows of optimizers: cells' lab and the trainer. */
const users = ['src/lab/lab.ts', 'src/trainer/main.ts']
const edits = await editsOf('Add an optimizer')

/** Only some of the files. */
const only = (...files: readonly string[]): Edits =>
  new Map([...edits].filter(([file]) => files.includes(file)))

describe('an optimizer that is added as CONTRIBUTING.md says', () => {
  it('is one new file, its lines in the table, a line in each translation, and a kernel', () => {
    expect([...edits.keys()]).toEqual([
      ...[row, table, 'src/backends/tensorflow/graph.ts', ...translations],
      ...['src/backends/wasm/kernels/updates.ts', 'src/backends/wasm/kernels/index.ts'],
      ...['src/backends/native/kernels/updates.h', 'src/backends/native/kernels/names.h'],
    ])
    expect(complaints(users, edits)).toEqual([])
  }, 120_000)

  it('is missed by each translation, and nowhere else, where only its row is', () => {
    expect([...complaints(users, only(row, table))].sort()).toEqual(
      translations.map(
        (file) => expect.stringContaining(`${file}: Property 'adagrad' is missing in type`) as string,
      ),
    )
  }, 120_000)

  it('does not compile without its row', () => {
    const text = edits.get(table)!
    const without = new Map(edits).set(table, text.replace('\n  adagrad,\n', '\n'))
    expect(complaints([table], without)).toContainEqual(
      expect.stringContaining(`${table}: Property 'adagrad' is missing in type`),
    )
  }, 120_000)
})

describe('training by such an optimizer', () => {
  let source: Awaited<ReturnType<typeof sourceWith>>
  let openWasm: typeof Wasm.openWasm
  let openNative: typeof Native.openNative
  let openTensorflow: typeof Tensorflow.openTensorflow
  let buildStepProgram: typeof Lower.buildStepProgram
  let setupOf: typeof Asked.setupOf
  let describeTask: typeof Digest.describe
  let curveUpdate: typeof Curve.curveUpdate

  beforeAll(async () => {
    source = await sourceWith(edits)
    const load = (file: string): Promise<unknown> => import(join(source.folder, 'src', file))
    writeFileSync(join(source.folder, 'src/backends/wasm/binary.ts'), await compileKernels(source.folder))
    ;({ openWasm } = (await load('backends/wasm/wasm.ts')) as typeof Wasm)
    ;({ openNative } = (await load('backends/native/native.ts')) as typeof Native)
    ;({ openTensorflow } = (await load('backends/tensorflow/tensorflow.ts')) as typeof Tensorflow)
    ;({ buildStepProgram } = (await load('networks/lower.ts')) as typeof Lower)
    ;({ setupOf } = (await load('lab/asked/presets.ts')) as typeof Asked)
    ;({ describe: describeTask } = (await load('tasks/digest.ts')) as typeof Digest)
    ;({ curveUpdate } = (await load('training/curve.ts')) as typeof Curve)
  }, 120_000)
  afterAll(() => source.remove())

  const adagrad = { kind: 'adagrad', learningRate: 0.1 } as unknown as Optimizer
  const asked = (optimizer: unknown) =>
    setupOf('lenet-mnist', { replicates: 1, optimizer }, () => ({
      backend: { id: 'wasm', arithmetic: 'test' },
    }))

  it('is asked for by its name or with its hyperparameters, and described without defaults', () => {
    expect(asked('adagrad').recipe.optimizer).toEqual({ kind: 'adagrad', learningRate: 1.2e-3 })
    expect(asked('adagrad').deviations).toContain('optimizer adagrad (paper: adam)')
    expect(() => asked('adagrat')).toThrow("Did you mean 'adagrad'?")
    expect(() => asked({ kind: 'adagrad' })).toThrow("learningRate in the optimizer 'adagrad'")
    expect(() => asked({ ...adagrad, epsilon: 0 })).toThrow('epsilon')
    const described = (optimizer: Optimizer) =>
      describeTask({ kind: 'train', start: { step: 0 }, recipe: { optimizer } } as unknown as TrainTask)
    expect(described({ ...adagrad, epsilon: 1e-10 } as Optimizer)).toBe(described(adagrad))
    expect(described({ ...adagrad, epsilon: 1e-9 } as Optimizer)).not.toBe(described(adagrad))
  })

  it('bends curves', () => {
    const middle = { w: { shape: [1], data: Float32Array.of(1) } }
    const update = curveUpdate(adagrad, middle)
    update.apply({ w: { shape: [1], data: Float32Array.of(4) } }, 0.5, 1)
    expect(middle.w.data[0]).toBeCloseTo(0.9, 6)
    update.apply({ w: { shape: [1], data: Float32Array.of(4) } }, 0.5, 1)
    expect(middle.w.data[0]).toBeCloseTo(0.9 - 0.1 / Math.SQRT2, 6)
  })

  it('divides each gradient by the root of the sum of their squares on wasm', () => {
    expectAdagrad(openWasm())
  })

  it('does so on TensorFlow', () => {
    expectAdagrad(openTensorflow({ binding: needTensorflow().binding }))
  })

  it('does so on native', async () => {
    needNative()
    const [sources, backends] = [join(source.folder, 'sources'), join(source.folder, 'backends')]
    shipNative(sources)
    cpSync(join(source.folder, 'src/backends/native/kernels'), join(sources, 'kernels'), { recursive: true })
    const { binding } = await installNative({ backends, sources })
    expectAdagrad(openNative(binding))
  }, 120_000)

  /** Compares steps with the formula of the paper. */
  function expectAdagrad(backend: Backend): void {
    const steps = 4
    const batches = randomBatches(steps, 8)
    const batchOf = (step: number) => batches.subarray(step * batchSize, (step + 1) * batchSize)
    const open = (optimizer: Optimizer) =>
      backend.open(buildStepProgram(network, { optimizer, batchSize }), data)
    const still = open({ kind: 'momentum', learningRate: 0, momentum: 0 })
    const session = open(adagrad)
    // 0.2 is few enough for sparse matrices.
    for (const masks of [{}, randomMasks(network, 0.6, 7), randomMasks(network, 0.2, 7)]) {
      session.load(randomWeights(network, 6), masks)
      const sums = new Map<string, Float64Array>()
      for (let step = 0; step < steps; step++) {
        const { parameters } = session.state()
        const expected = stepped(parameters, gradientsAt(still, parameters, masks, batchOf(step)), sums)
        session.train(batchOf(step), Float32Array.of(0.1))
        const found = session.state().parameters
        for (const [name, values] of Object.entries(expected)) {
          values.forEach((value, at) => expect(found[name]!.data[at]).toBeCloseTo(value, 4))
        }
      }
    }
    still.dispose()
    session.dispose()
  }

  /** At rate 0, the velocity after one step is the gradient. */
  function gradientsAt(
    still: ReturnType<Backend['open']>,
    parameters: TrainingState['parameters'],
    masks: ReturnType<typeof randomMasks>,
    batch: Int32Array,
  ): Readonly<Record<string, Float32Array>> {
    still.load({ step: 0, parameters, slots: {} }, masks)
    still.train(batch, Float32Array.of(0))
    const { slots } = still.state()
    return Object.fromEntries(Object.keys(parameters).map((name) => [name, slots[`${name}/velocity`]!.data]))
  }

  function stepped(
    parameters: TrainingState['parameters'],
    gradients: Readonly<Record<string, Float32Array>>,
    sums: Map<string, Float64Array>,
  ): Readonly<Record<string, readonly number[]>> {
    return Object.fromEntries(
      Object.entries(parameters).map(([name, { data: weights }]) => {
        const sum = sums.get(name) ?? new Float64Array(weights.length)
        sums.set(name, sum)
        const next = Array.from(weights, (weight, at) => {
          const gradient = gradients[name]![at]!
          sum[at]! += gradient ** 2
          return weight - (0.1 * gradient) / (Math.sqrt(sum[at]!) + 1e-10)
        })
        return [name, next]
      }),
    )
  }
})
