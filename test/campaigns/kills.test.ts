import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chooseBackend } from '../../src/backends/choose'
import { digestOf } from '../../src/tasks/digest'
import type { TaskEvent } from '../../src/tasks/events'
import type { RunOutcome } from '../../src/runtime/run'
import { openStore } from '../../src/store/store'
import { randomStream } from '../../src/support/random'
import type { BackendKey } from '../../src/tasks/tasks'
import * as lab from '../runtime/lab'
import { killAll, processesOf, start } from '../runtime/processes'
import { needTensorflow } from '../support/tensorflow'
import { campaign, patience } from './long'

/*
 * Two levels of iterative pruning are computed twice: once undisturbed, once while their trainer, or the process that
 * started it, is killed at random moments, as `kill -9` does: while it starts, in mid-training, while it writes. The
 * process is started again until all is done; then every file is what it would have been, to the bit.
 */

const { rounds: kills, seed } = campaign(6, 100)
/** Training steps of one network: enough to be killed in, on any machine. */
const steps = 300 * Math.max(kills, 10)

let programs: lab.Programs
beforeAll(async () => {
  programs = await lab.bundlePrograms()
})
afterAll(async () => {
  killAll()
  await programs.remove()
})

const tensorflow = () => {
  needTensorflow()
  return chooseBackend('tensorflow', lab.backends).backend
}
const wasm = () => chooseBackend('wasm', lab.backends).backend

describe.each([
  ['TensorFlow', tensorflow],
  ['wasm', wasm],
] as const)('on %s', (name, backendOf) => {
  it(
    `${kills} kills change no bit of weights, masks, metrics and states`,
    async () => {
      const backend = backendOf()
      const graph = graphOn(backend)
      const [calm, stormy] = [await lab.temporaryFolder(), await lab.temporaryFolder()]
      const order = (store: string) =>
        JSON.stringify({
          ...{ store, backends: lab.backends, trainers: 1, trainerPath: programs.trainer, tasks: graph },
        })
      const undisturbed = start(programs.runTasks, [order(calm.folder)])
      expect(await lastLine(undisturbed), `with seed ${seed}`).toMatchObject({ kind: 'finished' })

      const random = randomStream(seed, 'moments', name)
      const counts = { trainer: 0, owner: 0, resumed: 0, starts: 0 }
      let finished = false
      while (!finished) {
        counts.starts++
        expect(counts.starts, `with seed ${seed}`).toBeLessThan(3 * kills + 10)
        const owner = start(programs.runTasks, [order(stormy.folder)])
        // To the end of what it prints, or of it.
        for (;;) {
          const line = await owner.line().catch(() => undefined)
          if (line === undefined) break
          const told = JSON.parse(line) as TaskEvent | RunOutcome
          if (!('task' in told)) {
            // A trainer that was killed twice in one task has made it fail.
            finished = told.kind === 'finished'
            break
          }
          if (told.kind === 'started' && told.resumedAt !== undefined) counts.resumed++
          const left = kills - counts.trainer - counts.owner
          // Some die while they start, the others in mid-training.
          const now = told.kind === 'started' ? random.below(4) === 0 : told.kind === 'progress'
          if (left === 0 || !now || !isDue(told, steps, left / kills, random.uniform())) continue
          await sleep(random.below(60))
          if (random.below(2) === 0) {
            counts.owner++
            break
          }
          counts.trainer += await killTrainers(programs.trainer, owner.child.pid!)
        }
        await owner.kill()
      }
      expect(counts.trainer + counts.owner, `with seed ${seed}`).toBe(kills)
      expect(counts.resumed, `with seed ${seed}`).toBeGreaterThan(0)
      expect(await filesIn(stormy.folder, graph)).toEqual(await filesIn(calm.folder, graph))
      console.log(`${kills} kills on ${name}, seed ${seed}: ${JSON.stringify(counts)}`)
      await Promise.all([calm.remove(), stormy.remove()])
    },
    patience,
  )
})

function graphOn(backend: BackendKey) {
  const changes = { steps, evaluateEvery: steps / 20, backend }
  const first = lab.initializeTask()
  // Cut off before the end, so that its state is kept, too, and gone on from.
  const toRewind = lab.trainTask(first, { ...changes, until: steps / 10 })
  const resume = { task: digestOf(toRewind), step: toRewind.until }
  const dense = lab.trainTask(first, { ...changes, resume })
  const prune = lab.pruneTask(dense, 0.2)
  const sparse = lab.trainTask(toRewind, { ...changes, step: toRewind.until, mask: digestOf(prune) })
  return [first, toRewind, dense, prune, sparse]
}

/** Spreads what is left of the kills over what is left of the trainings. */
function isDue(told: TaskEvent, steps: number, left: number, chance: number): boolean {
  return told.kind !== 'progress' || told.step / steps > 1 - left - 0.1 || chance < 0.02
}

async function lastLine(owner: ReturnType<typeof start>): Promise<unknown> {
  for (let last = ''; ;) {
    const line = await owner.line().catch(() => undefined)
    if (line === undefined) return JSON.parse(last)
    last = line
  }
}

async function killTrainers(file: string, owner: number): Promise<number> {
  const found = await processesOf(file, owner)
  for (const pid of found) process.kill(pid, 'SIGKILL')
  return found.length
}

/** Sizes and sums of everything that the tasks left. */
async function filesIn(folder: string, graph: ReturnType<typeof graphOn>) {
  const store = await openStore(folder)
  return Promise.all(
    graph.map(async (task) => {
      expect(await store.verify(digestOf(task))).toBe(true)
      return (await store.result(digestOf(task)))?.files
    }),
  )
}
