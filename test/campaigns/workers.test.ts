import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { chooseBackend } from '../../src/backends/choose'
import { imp } from '../../src/experiments/imp'
import { storedRunOf } from '../../src/experiments/stored-run'
import { setupOf } from '../../src/lab/asked/presets'
import { listRuns, writeRun } from '../../src/store/runs'
import { openStore } from '../../src/store/store'
import { places } from '../../src/support/paths'
import { randomStream } from '../../src/support/random'
import { bundleCommandLine, start, writeNotebook, type Programs, type Running } from '../cli/programs'
import { bitsOf, locksHeldIn } from '../cli/stores'
import { processesOf } from '../runtime/processes'
import { temporaryFolder } from '../runtime/lab'
import { campaign, patience } from './long'

/*
 * Two workers compute a ladder while a notebook shows it, and are killed at random moments, as `kill -9` does: a worker, a
 * trainer of one, or the kernel that watches. Whoever is missing is started again until all is done; then every
 * file is what it would have been, no process is left and no lock.
 */

const { rounds: kills, seed } = campaign(4, 60)
const choices = { steps: 110 * Math.max(kills, 8), replicates: 2, evaluateEvery: 100 }
const experiment = imp(
  setupOf('lenet-mnist', choices, () => chooseBackend('wasm', places().backends)),
  2,
)
const cell = `await lab.imp(lab.preset('lenet-mnist', ${JSON.stringify(choices)}), { levels: 2, run: 'background' })`

let programs: Programs
beforeAll(async () => {
  programs = await bundleCommandLine()
})
afterAll(() => programs.remove())

const sumOf = (counts: Readonly<Record<string, number>>) =>
  Object.values(counts).reduce((sum, count) => sum + count, 0)

/** Whether there was something to kill. */
function killed(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL')
  } catch {
    return false
  }
}

it(
  `${kills} kills of workers, trainers and kernels change no bit, and leave no process and no lock`,
  async () => {
    const [calm, stormy] = [await temporaryFolder(), await temporaryFolder()]
    const command = (folder: string, ...options: readonly string[]) =>
      start(programs, options, { TICKETLAB_STORE: folder })
    for (const { folder } of [calm, stormy]) {
      await openStore(folder)
      await writeRun(folder, storedRunOf(experiment, new Date().toISOString()))
    }
    expect(await command(calm.folder, 'work').ended).toMatchObject({ code: 0 })

    const random = randomStream(seed, 'moments', 'workers')
    const notebook = await writeNotebook(join(stormy.folder, '..', `notebook-${seed}`), cell)
    const out = join(notebook, '..', 'out')
    const starts = {
      worker: () => command(stormy.folder, 'work', '--trainers', '1'),
      other: () => command(stormy.folder, 'work', '--trainers', '1'),
      notebook: () => command(stormy.folder, 'run', notebook, '--out', out, '--backend', 'wasm'),
    }
    const running = new Map<keyof typeof starts, Running>()
    const counts = { worker: 0, trainer: 0, kernel: 0 }
    while (sumOf(counts) < kills && (await listRuns(stormy.folder)).length > 0) {
      for (const name of Object.keys(starts) as (keyof typeof starts)[]) {
        const there = running.get(name)?.child
        const isAlive = there?.exitCode === null && there.signalCode === null && !there.killed
        if (!isAlive) running.set(name, starts[name]())
      }
      await sleep(500 + random.below(2500))
      const victim = random.below(3)
      if (victim === 0) {
        // A worker alone: its trainers see that it is gone, and end.
        running.get(random.below(2) === 0 ? 'worker' : 'other')!.child.kill('SIGKILL')
        counts.worker++
      } else if (victim === 1) {
        const [trainer] = await processesOf(join(programs.folder, 'trainer.cjs'))
        if (trainer === undefined || !killed(trainer)) continue
        counts.trainer++
      } else {
        const { child } = running.get('notebook')!
        // It may have ended by itself, since a task failed whose trainer was killed twice.
        if (!killed(-child.pid!)) continue
        counts.kernel++
      }
    }
    // Those that are left, or one more, do the rest.
    await command(stormy.folder, 'work', '--trainers', '2').ended
    await Promise.all([...running.values()].map(({ ended }) => ended))
    // A trainer that was killed twice in one task made it fail; whoever comes next goes on.
    await command(stormy.folder, 'work', '--trainers', '2').ended
    const shown = await starts.notebook().ended
    expect(shown, `with seed ${seed}`).toMatchObject({ code: 0 })
    expect(await bitsOf(stormy.folder), `with seed ${seed}`).toEqual(await bitsOf(calm.folder))
    expect(await listRuns(stormy.folder)).toEqual([])
    for (const file of [programs.cli, join(programs.folder, 'trainer.cjs')]) {
      await expect.poll(() => processesOf(file), { timeout: 20_000 }).toEqual([])
    }
    expect(await locksHeldIn(stormy.folder)).toEqual([])
    console.log(`${sumOf(counts)} kills with seed ${seed}: ${JSON.stringify(counts)}`)
    // What is done before all of them came is no campaign.
    expect(sumOf(counts)).toBeGreaterThan(kills / 2)
    await Promise.all([calm.remove(), stormy.remove()])
  },
  patience,
)
