import type { Detail, SentPicture, ToMaskPanel } from '../../../renderers/mask/messages'
import type { ExperimentView } from '../../experiments/view'
import { createReader, type TaskReader } from '../../store/reader'
import { packBits } from '../../support/bits'
import { TicketLabError } from '../../support/errors'
import type { Masks } from '../../support/tensor'
import type { Digest } from '../../tasks/tasks'
import { currentSettings } from '../configuration'
import { layerOverlaps, type ComparableMask } from './comparison'
import { diedAt, levelMasks } from './died'
import { pruningWeights } from './pruning'
import { fullMask, type MaskSource } from './selection'

/**
 * Reads a mask, and the one that it is compared with.
 * @throws TicketLabError `store-corrupt`, or `task-failed` when a mask is not in the store
 */
export async function readPicture(
  { task, layer, picture }: MaskSource,
  other: ComparableMask | undefined,
): Promise<Omit<SentPicture, 'serial'>> {
  const reader = storeReader()
  const { parameter } = layer
  const masks = task === undefined ? {} : await reader.readMask(task)
  const bits = packBits(task === undefined ? fullMask(layer) : layerOf(masks, task, parameter))
  if (!other) return { ...picture, bits }
  const theirs = await reader.readMask(other.task)
  return {
    ...{ ...picture, bits },
    other: {
      name: other.name,
      bits: packBits(layerOf(theirs, other.task, parameter)),
      layers: layerOverlaps(masks, theirs),
    },
  }
}

type Answer<Message> = Message extends { readonly serial: number } ? Omit<Message, 'serial'> : never

/** Reads more about a picture that is on show. @throws TicketLabError as {@link readPicture} does */
export async function readDetail(
  detail: Detail,
  experiment: ExperimentView,
  { task, layer, picture }: MaskSource,
): Promise<Answer<Extract<ToMaskPanel, { type: Detail }>>> {
  const reader = storeReader()
  const { parameter } = layer
  if (detail === 'weights') {
    return { type: 'weights', weights: await pruningWeights(reader, task, parameter) }
  }
  const levels = levelMasks(experiment, { parameter, replicate: picture.replicate })
  const masks: Uint8Array[] = []
  // One after the other: those of all layers are in memory with each.
  for (const { task: mask } of levels) masks.push(layerOf(await reader.readMask(mask), mask, parameter))
  return {
    type: 'died',
    map: diedAt(
      levels.map(({ level }) => level),
      masks,
    ),
  }
}

function storeReader(): TaskReader {
  return createReader(currentSettings().store)
}

function layerOf(masks: Masks, task: Digest, parameter: string): Uint8Array {
  const mask = masks[parameter]
  // A copy: what is read from a file is a view of the whole file, which would stay in memory.
  if (mask) return new Uint8Array(mask.data)
  throw new TicketLabError(
    'store-corrupt',
    `Expected a mask of ${parameter} in task ${task.slice(0, 12)}, found none. Run the experiment again.`,
  )
}
