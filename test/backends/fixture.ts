import type { Backend, SessionData, TrainingSession, TrainingState } from '../../src/backends/backend'
import { kernelsFor } from '../../src/backends/tensorflow/arithmetic'
import { openTensorflow } from '../../src/backends/tensorflow/tensorflow'
import { openNative } from '../../src/backends/native/native'
import { openWasm } from '../../src/backends/wasm/wasm'
import { buildStepProgram } from '../../src/networks/lower'
import type { StepOptions } from '../../src/networks/lower'
import type { Network } from '../../src/networks/network'
import { parametersOf } from '../../src/networks/parameters'
import type { Masks, Tensors } from '../../src/support/tensor'
import { sizeOf } from '../../src/support/tensor'
import { needNative } from '../support/native'
import { needTensorflow } from '../support/tensorflow'

let opened: Backend | undefined

/** TensorFlow in this process; vitest runs every file in a process of its own. Skips the test where there is none. */
export function tensorflow(): Backend {
  return (opened ??= openTensorflow({ binding: needTensorflow().binding }))
}

/** The native backend; skips the test where it is not compiled. */
export function native(): Backend {
  return openNative(needNative().binding)
}

/** The backends, each of which passes the same tests. */
export const backends = [
  ['tensorflow', tensorflow],
  ['wasm', openWasm],
  ['native', native],
] as const

/** Those that share layout and translation, and differ in their kernels. */
export const tileBackends = [
  ['wasm', openWasm],
  ['native', native],
] as const

/** The same as they compute networks of images; a process can have one TensorFlow only. */
export const imageBackends = [
  [
    'tensorflow',
    () => (opened ??= openTensorflow({ binding: needTensorflow().binding, ...kernelsFor(true) })),
  ],
  ['wasm', openWasm],
  ['native', native],
] as const

/** Small enough to train in a blink, with everything that LeNet has. */
export const network: Network = {
  name: 'small',
  input: [4, 3, 1],
  layers: [
    { kind: 'dense', name: 'dense1', units: 9, activation: 'relu' },
    { kind: 'dense', name: 'dense2', units: 7, activation: 'relu' },
    { kind: 'dense', name: 'output', units: 5, activation: 'none' },
  ],
  classes: 5,
}

export const batchSize = 8

/** A stream of numbers in [0, 1), the same in every run (Mulberry32). */
export function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let bits = Math.imul(state ^ (state >>> 15), state | 1)
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61)
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Random images and labels; `counts` examples in train, validation and test. */
export function randomData(
  shape: readonly number[],
  classes: number,
  counts: readonly [number, number, number],
  normalize: SessionData['normalize'] = { mean: [0.4], deviation: [0.3] },
): SessionData {
  const next = random(1)
  const split = (count: number) => ({
    images: Uint8Array.from({ length: count * sizeOf(shape) }, () => next() * 256),
    labels: Uint8Array.from({ length: count }, () => next() * classes),
    count,
  })
  return {
    shape,
    normalize,
    splits: { train: split(counts[0]), validation: split(counts[1]), test: split(counts[2]) },
  }
}

export const data = randomData(network.input, network.classes, [40, 10, 1203])

export function randomWeights(of: Network, seed: number): TrainingState {
  const next = random(seed)
  const parameters: Tensors = Object.fromEntries(
    parametersOf(of).map(({ name, shape, role }) => {
      const width = role === 'weights' ? Math.sqrt(2 / shape[0]!) : 0.1
      return [
        name,
        { shape, data: Float32Array.from({ length: sizeOf(shape) }, () => (next() - 0.5) * 2 * width) },
      ]
    }),
  )
  return { step: 0, parameters, slots: {} }
}

/** Masks that keep about this share of the weights. */
export function randomMasks(of: Network, share: number, seed: number): Masks {
  const next = random(seed)
  return Object.fromEntries(
    parametersOf(of)
      .filter(({ group }) => group !== undefined)
      .map(({ name, shape }) => [
        name,
        { shape, data: Uint8Array.from({ length: sizeOf(shape) }, () => (next() < share ? 1 : 0)) },
      ]),
  )
}

export function randomBatches(steps: number, seed: number, count = data.splits.train.count): Int32Array {
  const next = random(seed)
  return Int32Array.from({ length: steps * batchSize }, () => next() * count)
}

/** Runs `use` in a session of {@link network} on {@link data}. */
export function withSession<T>(
  open: () => Backend,
  options: Omit<StepOptions, 'batchSize'>,
  use: (session: TrainingSession) => T,
): T {
  const session = open().open(buildStepProgram(network, { ...options, batchSize }), data)
  try {
    return use(session)
  } finally {
    session.dispose()
  }
}

/** The bits of every tensor, for comparing exactly: NaN and the sign of zero count. */
export function bits(state: TrainingState): Readonly<Record<string, string>> {
  const entries = Object.entries({ ...state.parameters, ...state.slots })
  return Object.fromEntries(
    entries.map(([name, { data: numbers }]) => [
      name,
      Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength).toString('hex'),
    ]),
  )
}
