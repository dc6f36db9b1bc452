import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Backend, SessionData } from '../../src/backends/backend'
import { buildStepProgram } from '../../src/networks/lower'
import type { Network } from '../../src/networks/network'
import { sizeOf, type Masks, type Tensors } from '../../src/support/tensor'

/** What a network makes of examples. */
export interface Evaluation {
  readonly loss: number
  readonly accuracy: number
  /** Of the first three examples, `[examples][classes]`. */
  readonly logProbabilities: readonly (readonly number[])[]
}

/** Evaluates `network` on the bytes in `images.u1` and `labels.u1` of a folder, as numbers from 0 to 1. */
export async function evaluate(
  open: () => Backend,
  network: Network,
  { weights, masks }: { readonly weights: Tensors; readonly masks: Masks },
  folder: string,
): Promise<Evaluation> {
  const [images, labels] = await Promise.all(
    ['images.u1', 'labels.u1'].map((name) => readFile(join(folder, name))),
  )
  const size = sizeOf(network.input)
  const { classes } = network
  const [first, every] = [3, labels!.length]
  // The loss of an example under each label is minus its log-probability.
  const repeated = Buffer.concat(
    Array.from({ length: first * classes }, (_, index) => {
      const example = Math.floor(index / classes)
      return images!.subarray(example * size, (example + 1) * size)
    }),
  )
  const split = (from: Uint8Array, of: Uint8Array) => ({ images: from, labels: of, count: of.length })
  const each = split(
    repeated,
    Uint8Array.from({ length: first * classes }, (_, index) => index % classes),
  )
  const data: SessionData = {
    shape: network.input,
    normalize: { mean: [0], deviation: [1] },
    splits: { train: each, validation: each, test: split(images!, labels!) },
  }
  const program = buildStepProgram(network, { optimizer: { kind: 'sgd', learningRate: 0.1 }, batchSize: 4 })
  const session = open().open(program, data)
  try {
    session.load({ step: 0, parameters: weights, slots: {} }, masks)
    let [loss, correct] = [0, 0]
    for (let from = 0; from < every; from += session.block) {
      const sums = session.evaluate('test', from, Math.min(from + session.block, every))
      loss += sums.loss
      correct += sums.correct
    }
    const logProbabilities = Array.from({ length: first }, (_, example) =>
      Array.from({ length: classes }, (_, label) => {
        const index = example * classes + label
        return -session.evaluate('validation', index, index + 1).loss
      }),
    )
    return { loss: loss / every, accuracy: correct / every, logProbabilities }
  } finally {
    session.dispose()
  }
}

/** The same to four digits: what single precision leaves of double. */
export function expectSame(found: Evaluation, expected: Evaluation): void {
  expect(found.accuracy).toBeCloseTo(expected.accuracy, 10)
  expect(found.loss / expected.loss).toBeCloseTo(1, 5)
  for (const [example, row] of expected.logProbabilities.entries()) {
    for (const [label, value] of row.entries()) {
      expect(Math.abs(found.logProbabilities[example]![label]! - value)).toBeLessThan(
        1e-4 * Math.max(1, Math.abs(value)),
      )
    }
  }
}
