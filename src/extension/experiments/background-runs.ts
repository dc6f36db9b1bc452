import { Uri } from 'vscode'
import { attendantsOf } from '../../runtime/attendance'
import { isActivity, type RunActivity } from '../../experiments/activity'
import { listRuns, readActivity, readRun, readSlurmJob } from '../../store/runs'
import type { Digest } from '../../tasks/tasks'
import { currentSettings } from '../configuration'
import type { CancellableRun, Services } from '../services'

/** The runs that workers compute, of whatever notebook and window. */
export interface BackgroundRuns {
  list(): readonly CancellableRun[]
  /** Their experiments. */
  digests(): ReadonlySet<Digest>
  /** Those that cells of a notebook have begun, by the code of the cell, as the store tells it now. */
  begunBy(notebook: Uri): Promise<ReadonlyMap<string, readonly Digest[]>>
  dispose(): void
}

/** How often the store is looked at. Milliseconds. */
const period = 2000

/** Looks at what the store tells of runs, for which no kernel of this window has to live. */
export function createBackgroundRuns({ log, news }: Services): BackgroundRuns {
  let found: readonly CancellableRun[] = []
  let digests: ReadonlySet<Digest> = new Set()
  /** Where runs come from, which does not change. */
  const notebooks = new Map<Digest, Begun>()
  let looking = false
  let failed = ''

  async function look(): Promise<void> {
    const { store } = currentSettings()
    const open = await listRuns(store)
    const before = digests
    const runs = await Promise.all(open.map(async (digest) => ({ digest, run: await runOf(store, digest) })))
    found = runs.flatMap(({ run }) => run ?? [])
    digests = new Set(runs.flatMap(({ digest, run }) => (run ? digest : [])))
    for (const digest of notebooks.keys()) if (!open.includes(digest)) notebooks.delete(digest)
    if (digests.size + before.size === 0) return
    news.tell('background', { type: 'runs' })
    const isSame = digests.size === before.size && [...digests].every((digest) => before.has(digest))
    if (!isSame) news.tell('background', { type: 'background' })
  }

  async function runOf(store: string, digest: Digest): Promise<CancellableRun | undefined> {
    const told = (await readActivity(store, digest, isActivity)) as RunActivity | undefined
    const waits = (await readSlurmJob(store, digest)) !== undefined
    if (!waits && (!told || (await attendantsOf(store, digest)) === 0)) return undefined
    const known = notebooks.get(digest) ?? (await describe(store, digest))
    if (!known) return undefined
    notebooks.set(digest, known)
    return {
      notebook: known.notebook,
      activity: { ...(told ?? known.young), experiment: digest },
      cancel() {
        // Loaded when it is used, since it knows how runs begin, too.
        const cancelled = import('../../lab/running/away').then(({ cancelAway }) => cancelAway(store, digest))
        void cancelled.catch((error: unknown) =>
          log.error(`${known.young.name} could not be cancelled.`, String(error)),
        )
      },
    }
  }

  const timer = setInterval(() => {
    if (looking) return
    looking = true
    look()
      .catch((error: unknown) => {
        // Said once, not every two seconds.
        if (failed !== String(error)) log.warn('What runs in the background cannot be told.', String(error))
        failed = String(error)
      })
      .finally(() => (looking = false))
  }, period)
  return {
    list: () => found,
    digests: () => digests,
    async begunBy(notebook) {
      const { store } = currentSettings()
      const begun = new Map<string, Digest[]>()
      for (const digest of await listRuns(store)) {
        if (!(await runOf(store, digest))) continue
        const { notebook: from, code } = notebooks.get(digest) ?? {}
        if (from !== notebook.toString() || code === undefined) continue
        begun.set(code, [...(begun.get(code) ?? []), digest])
      }
      return begun
    },
    dispose: () => clearInterval(timer),
  }
}

/** Where a run comes from, and what is said of it before it says anything itself. */
interface Begun {
  readonly notebook: string
  readonly code: string | undefined
  readonly young: RunActivity
}

async function describe(store: string, digest: Digest): Promise<Begun | undefined> {
  const run = await readRun(store, digest)
  if (!run) return undefined
  const { name, tasks, origin } = run
  const nothing = { done: 0, cached: 0, stepsDone: 0, stepsTotal: 0, stepsPerSecond: 0, running: [] }
  return {
    notebook: origin ? Uri.file(origin.notebook).toString() : '',
    code: origin?.code,
    young: { run: 0, name, total: tasks.length, ...nothing, where: 'waits for Slurm' },
  }
}

/** Every run once: what a kernel of this window follows, it tells sooner. */
export function withBackground(
  kernels: readonly CancellableRun[],
  background: readonly CancellableRun[],
): readonly CancellableRun[] {
  const here = new Set(kernels.map(({ activity }) => activity.experiment))
  return [...kernels, ...background.filter(({ activity }) => !here.has(activity.experiment))]
}
