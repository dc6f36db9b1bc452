import { batchIndices, noiseOf } from '../training/batches'
import { initialize } from '../training/initialize'
import { prune } from '../training/prune'
import type { TaskContext } from './context'
import { breathe } from './pace'
import type { MeasureRequest, Measurement } from './protocol'

/** Seconds that all timing should take, and those that one call should take, so that calling hardly counts. */
const duration = { all: 1.2, call: 0.02 }

/** Times real training steps and evaluations; a second or two for small networks. Leaves nothing in the store. */
export async function measure(
  request: MeasureRequest,
  { open, signal }: Pick<TaskContext, 'open' | 'signal'>,
): Promise<Measurement> {
  const { network, recipe } = request
  const beforeOpening = performance.now()
  const { session, dataset } = await open(request)
  const opening = secondsSince(beforeOpening)
  const beforeDrawing = performance.now()
  const parameters = initialize({ network, seed: 1 })
  const drawing = secondsSince(beforeDrawing)

  const points: Measurement['points'][number][] = []
  const few = Math.min(50, dataset.test.count)
  const each = duration.all / (2 * request.counts.length)
  for (const keep of request.counts) {
    const masks = prune({ kind: 'prune', network, criterion: 'random', keep, seed: 1 }, {})
    session.load({ step: 0, parameters, slots: {} }, masks)
    const trainSteps = (steps: number): void => {
      const batches = batchIndices(1, dataset.train.count, recipe.batchSize, 0, steps)
      // Weights that do not change: steps at random rates might end in NaN, which is slower on some processors.
      session.train(batches, new Float32Array(steps), noiseOf(recipe, 1, 0, steps))
    }
    const evaluateExamples = (examples: number): void => void session.evaluate('test', 0, examples)
    points.push({
      step: await secondsPerUnit(trainSteps, [1, Infinity], each, signal),
      example: await secondsPerUnit(evaluateExamples, [few, dataset.test.count], each, signal),
    })
  }
  const { train, validation, test } = dataset
  const examples = { train: train.count, validation: validation.count, test: test.count }
  return { examples, opening, drawing, points }
}

/**
 * The mean over calls with as many units, between `least` and `most`, as take long enough. Other work on the machine
 * counts, as it would for the training; the first calls, which warm up, do not.
 * @param long seconds to time for
 */
async function secondsPerUnit(
  run: (units: number) => void,
  [least, most]: readonly [number, number],
  long: number,
  signal: AbortSignal,
): Promise<number> {
  const secondsOf = async (units: number): Promise<number> => {
    const before = performance.now()
    run(units)
    const seconds = secondsSince(before)
    await breathe(signal)
    return seconds
  }
  let units = least
  await secondsOf(units)
  // The quicker of two calls: one alone may have been interrupted.
  while (Math.min(await secondsOf(units), await secondsOf(units)) < duration.call && units < most) {
    units = Math.min(2 * units, most)
  }
  let calls = 0
  let seconds = 0
  while (seconds < long) {
    seconds += await secondsOf(units)
    calls++
  }
  return seconds / (calls * units)
}

function secondsSince(before: number): number {
  return (performance.now() - before) / 1000
}
