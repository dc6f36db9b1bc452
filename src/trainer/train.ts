import type { TrainingState } from '../backends/backend'
import { TicketLabError } from '../support/errors'
import { batchIndices, noiseOf } from '../training/batches'
import { checkFrozen, checkPruned, checkRewound } from '../training/exactness'
import type { MetricsRow } from '../tasks/recipe'
import { learningRates } from '../training/schedule'
import { firstStep, type TrainTask } from '../tasks/tasks'
import { metricsFile, stateFile, weightsFile } from '../store/layout'
import { decodeCheckpoint, encodeCheckpoint, type Checkpoint, type Progress } from './checkpoint'
import type { OpenSession, TaskContext } from './context'
import { evaluateSplit } from './evaluate'
import { breathe, createPace } from './pace'
import type { Product } from './protocol'

/** Milliseconds after which an evaluation is told of. */
const slowEvaluation = 1000

/** At most this part of the time goes into checkpoints. */
const checkpointShare = 0.1

/**
 * Trains from the weights at step k, under the mask, to step `until`, in chunks that depend on the machine's speed
 * though the result does not. An earlier attempt is resumed from its checkpoint, to the same bits.
 *
 * @throws TicketLabError `not-a-number` when the loss is no longer a number, `inexact` when a check of exactness
 *   fails, `disk-full`, `cancelled`; what was computed until then stays, and is resumed
 */
export async function train(task: TrainTask, context: TaskContext): Promise<Product> {
  checkSteps(task)
  const { work, store, send, signal, checkpointPeriod } = context
  const checkpoint = (await readCheckpoint(context)) ?? (await resumedState(task, context))
  send({
    type: 'started',
    rows: checkpoint?.progress.rows ?? [],
    ...(checkpoint ? { resumedAt: checkpoint.state.step + firstStep(task) } : {}),
  })
  const began = performance.now() - (checkpoint?.seconds ?? 0) * 1000
  const seconds = () => (performance.now() - began) / 1000

  const rewound = await store.readWeights(task.start)
  const masks = task.mask ? await store.readMask(task.mask) : {}
  const open = await context.open(task)
  const { session } = open
  // A fresh optimizer counts its own steps from 0: Adam's bias correction is about how long its moments have been kept.
  const start: TrainingState = { step: 0, parameters: rewound, slots: {} }
  session.load(checkpoint?.state ?? start, masks)
  if (!checkpoint) checkRewound(session.state().parameters, rewound, task.frozen ? {} : masks)

  const sparse = session.sparse?.() ?? []
  const rows: MetricsRow[] = [...(checkpoint?.progress.rows ?? [])]
  let lossSum = checkpoint?.progress.lossSum ?? 0
  let lossCount = checkpoint?.progress.lossCount ?? 0
  const progress = (): Progress => ({ rows, lossSum, lossCount })

  let step = checkpoint ? checkpoint.state.step + firstStep(task) : firstStep(task)
  let saved = { step, next: performance.now() + checkpointPeriod }
  const save = async () => {
    const before = performance.now()
    const checkpoint = { state: session.state(), progress: progress(), seconds: seconds() }
    await work.writeCheckpoint(encodeCheckpoint(checkpoint, work.digest))
    const after = performance.now()
    saved = { step, next: after + Math.max(checkpointPeriod, (after - before) / checkpointShare) }
  }

  const speed = speedometer(step)
  const pace = createPace(1)
  const log = await work.startMetrics(rows)
  try {
    for (;;) {
      // Before the row that every training has at its end: one that goes on from here may have none.
      if (step === task.until && step < task.recipe.steps) {
        // Without the time it took, in which equal trainings differ.
        const state = { state: session.state(), progress: progress() }
        await work.writeState(encodeCheckpoint(state, work.digest))
      }
      if (hasRow(task, step) && rows.at(-1)?.step !== step) {
        // Most take less time than it takes to read that they do.
        const slow = setTimeout(() => send({ type: 'phase', phase: 'evaluating' }), slowEvaluation)
        const row = await makeRow(
          open,
          step,
          lossCount > 0 ? lossSum / lossCount : undefined,
          signal,
        ).finally(() => clearTimeout(slow))
        rows.push(row)
        lossSum = lossCount = 0
        await log.append(row)
        send({ type: 'metrics', row })
      }
      if (step === task.until) break

      const steps = Math.min(pace.size, nextStop(task, step) - step)
      const before = performance.now()
      const losses = session.train(
        batchIndices(task.orderSeed, open.dataset.train.count, task.recipe.batchSize, step, steps),
        learningRates(task.recipe, step, steps),
        noiseOf(task.recipe, task.orderSeed, step, steps, task.augmentationSeed),
      )
      pace.took(steps, performance.now() - before)
      checkLosses(losses, step)
      for (const loss of losses) lossSum += loss
      lossCount += steps
      step += steps
      const { until } = task
      send({ type: 'progress', step, steps: until, stepsPerSecond: speed(step) })
      if (performance.now() > saved.next) await save()
      await breathe(signal)
    }
  } catch (error) {
    const cancelled = error instanceof TicketLabError && error.code === 'cancelled'
    if (cancelled && step > saved.step) await save()
    throw error
  } finally {
    await log.close()
  }
  const { parameters } = session.state()
  if (task.frozen) checkFrozen(parameters, rewound, masks)
  else checkPruned(parameters, masks)
  await work.writeWeights(step, parameters)
  const state = step < task.recipe.steps ? [stateFile] : []
  return {
    facts: {
      kind: 'train',
      steps: step - firstStep(task),
      ...(sparse.length > 0 ? { sparse } : {}),
    },
    files: await work.sums([weightsFile(step), metricsFile, ...state]),
    seconds: seconds(),
  }
}

/** Rows are at step k, every `evaluateEvery` steps, and at the end. */
function hasRow(task: TrainTask, step: number): boolean {
  return step === firstStep(task) || step === task.until || step % task.recipe.evaluateEvery === 0
}

/** The next step, after `step`, at which something other than training happens. */
function nextStop(task: TrainTask, step: number): number {
  const every = task.recipe.evaluateEvery
  const row = (Math.floor(step / every) + 1) * every
  return Math.min(task.until, row)
}

async function makeRow(
  { session, dataset }: OpenSession,
  step: number,
  trainLoss: number | undefined,
  signal: AbortSignal,
): Promise<MetricsRow> {
  const heldOut = dataset.validation.count > 0
  const validation = heldOut ? await evaluateSplit(session, dataset, 'validation', signal) : undefined
  const test = await evaluateSplit(session, dataset, 'test', signal)
  for (const [split, found] of Object.entries({ validation, test })) {
    if (found && !Number.isFinite(found.loss)) throw diverged(`${split} loss`, step, found.loss)
  }
  return {
    step,
    ...(trainLoss === undefined ? {} : { trainLoss }),
    ...(validation && { validationLoss: validation.loss, validationAccuracy: validation.accuracy }),
    testLoss: test.loss,
    testAccuracy: test.accuracy,
  }
}

/** The checkpoint of an earlier attempt, if it is whole. */
async function readCheckpoint({ work, send }: TaskContext): Promise<Checkpoint | undefined> {
  const bytes = await work.readCheckpoint()
  if (!bytes) return undefined
  try {
    return decodeCheckpoint(bytes, work.checkpoint, work.digest)
  } catch (error) {
    if (!(error instanceof TicketLabError)) throw error
    send({ type: 'log', level: 'warning', message: `${error.message} It is not used.` })
    return undefined
  }
}

/** Where the training that this one resumes ended; results from before that was kept do not have it. */
async function resumedState({ resume }: TrainTask, { store }: TaskContext): Promise<Checkpoint | undefined> {
  const bytes = resume && (await store.readState(resume.task))
  return bytes && decodeCheckpoint(bytes, `of ${resume.task}`, resume.task)
}

function checkSteps(task: TrainTask): void {
  const { until, recipe } = task
  const first = firstStep(task)
  const fine =
    [first, until].every(Number.isInteger) &&
    first <= until &&
    Number.isInteger(recipe.evaluateEvery) &&
    recipe.evaluateEvery >= 1
  if (fine) return
  throw new TicketLabError(
    'bad-input',
    `Expected whole steps, the last (${until}) not before the first (${first}), and an evaluation every 1 or more ` +
      `steps; found ${recipe.evaluateEvery}.`,
  )
}

function checkLosses(losses: Float32Array, from: number): void {
  const bad = losses.findIndex((loss) => !Number.isFinite(loss))
  if (bad >= 0) throw diverged('training loss', from + bad, losses[bad]!)
}

function diverged(what: string, step: number, value: number): TicketLabError {
  return new TicketLabError(
    'not-a-number',
    `Training diverged: expected a finite ${what}, found ${value} at step ${step}. ` +
      'Lower the learning rate, or warm it up. The metrics up to this step are kept.',
  )
}

/** Steps per second since the start of this attempt, evaluations included. */
function speedometer(from: number): (step: number) => number {
  const start = performance.now()
  return (step) => ((step - from) * 1000) / Math.max(1, performance.now() - start)
}
