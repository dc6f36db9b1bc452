import type { TrainingState } from '../backends/backend'
import { sha256 } from '../support/canonical'
import { TicketLabError } from '../support/errors'
import type { StoredTensor } from '../support/safetensors'
import { decodeTensors, encodeTensors } from '../support/tensor-file'
import type { Tensor, Tensors } from '../support/tensor'
import type { MetricsRow } from '../tasks/recipe'
import type { Digest } from '../tasks/tasks'

/** A training in the middle: everything that the rest of it depends on. */
export interface Checkpoint {
  readonly state: TrainingState
  readonly progress: Progress
  /** Time spent so far; left out of a state that is kept as a result, or two equal trainings would differ in it. */
  readonly seconds?: number
}

/** What is not in the weights. The order of examples and the learning rates follow from the step. */
export interface Progress {
  readonly rows: readonly MetricsRow[]
  /** Sum and number of the training losses since the last row, in double precision. */
  readonly lossSum: number
  readonly lossCount: number
}

/**
 * A checkpoint as the bytes of one file.
 * @param task whose it is, so that it is not taken for another's
 */
export function encodeCheckpoint({ state, progress, seconds }: Checkpoint, task: Digest): Uint8Array {
  const tensors = {
    ...prefixed('parameters:', state.parameters),
    ...prefixed('slots:', state.slots),
  }
  const text = JSON.stringify({ step: state.step, progress, seconds })
  return encodeTensors(tensors, { training: text, sum: sumOf(tensors, text, task) })
}

/**
 * The inverse of {@link encodeCheckpoint}.
 * @throws TicketLabError `data-corrupt` when a bit of it has changed, or it is another task's
 */
export function decodeCheckpoint(bytes: Uint8Array, file: string, task: Digest): Checkpoint {
  const { tensors, metadata } = decodeTensors(bytes, file)
  const text = metadata['training'] ?? ''
  const found = sumOf(tensors, text, task)
  if (metadata['sum'] !== found && metadata['sum'] !== sumWithoutOwner(tensors, text)) {
    throw new TicketLabError(
      'data-corrupt',
      `The checkpoint ${file} is damaged: expected the sum ${metadata['sum'] ?? 'that was written'}, found ${found}.`,
    )
  }
  const { step, ...rest } = JSON.parse(text) as { step: number } & Omit<Checkpoint, 'state'>
  return {
    state: { step, parameters: selected('parameters:', tensors), slots: selected('slots:', tensors) },
    ...rest,
  }
}

function prefixed(prefix: string, tensors: Tensors): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [prefix + name, tensor]))
}

function selected(prefix: string, tensors: Readonly<Record<string, StoredTensor>>): Tensors {
  return Object.fromEntries(
    Object.entries(tensors).flatMap(([name, { shape, data }]): [string, Tensor][] =>
      name.startsWith(prefix) && data instanceof Float32Array
        ? [[name.slice(prefix.length), { shape, data }]]
        : [],
    ),
  )
}

function sumOf(tensors: Readonly<Record<string, StoredTensor>>, text: string, task: Digest): string {
  const shapes = Object.keys(tensors)
    .sort()
    .map((name) => [name, ...tensors[name]!.shape].join(' '))
  return sha256([task, ...shapes, sumWithoutOwner(tensors, text)].join('\n'))
}

/** The sum of the first versions, which is still read: of the numbers only. */
function sumWithoutOwner(tensors: Readonly<Record<string, StoredTensor>>, text: string): string {
  const parts = Object.keys(tensors)
    .sort()
    .map((name) => {
      const { data } = tensors[name]!
      return `${name} ${sha256(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))}`
    })
  return sha256([text, ...parts].join('\n'))
}
