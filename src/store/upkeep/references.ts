import { canonicalJson, type Json } from '../../support/canonical'
import { TicketLabError } from '../../support/errors'
import { inParallel } from '../../support/in-parallel'
import { digestOf, inputsOf } from '../../tasks/digest'
import type { Digest, Task } from '../../tasks/tasks'
import { listExperiments, type IsView, type StoredExperiment } from '../experiments'
import { isDigest } from '../layout'
import { createReader } from '../reader'
import { listRuns, readRun, runFolder } from '../runs'

/** What the store looks at in the view of an experiment. */
export interface ListedView {
  readonly digest: Digest
  readonly name: string
  /** ISO 8601. */
  readonly createdAt: string
}

/** An experiment and what it takes to read its results. */
export interface Needing<View> {
  readonly experiment: StoredExperiment<View>
  /** Its tasks and all that these need, among them those that are not there. */
  readonly needs: ReadonlySet<Digest>
  /**
   * Whether its tasks were noted. Where an earlier version kept it, it counts as needing everything of its network, which
   * is more than enough.
   */
  readonly noted: boolean
}

/** Who needs what. */
export interface References<View> {
  readonly experiments: readonly Needing<View>[]
  /** Everything that must stay: what experiments need, and runs that are not over. */
  readonly referred: ReadonlySet<Digest>
  /** Files of experiments and runs that are damaged. What they need is not known. */
  readonly damaged: readonly string[]
}

/** Descriptions that are read at once. */
const readers = 16

/**
 * What is referred to in a store: the one place that decides what may be freed and what goes along with an experiment.
 * @param there the tasks whose folders are there
 */
export async function referencesIn<View extends ListedView>(
  store: string,
  isView: IsView<View>,
  there: Iterable<Digest>,
): Promise<References<View>> {
  const { experiments, damaged } = await listExperiments(store, isView)
  const known = await readDescriptions(store, there)
  const evaluations = [...known].filter(([, { kind }]) => kind === 'evaluate')
  const needing = experiments.map((experiment): Needing<View> => {
    const noted = experiment.tasks !== undefined
    const needs = closure(experiment.tasks ?? rootsOfFormer(experiment, known), known)
    // They are asked for after the experiment, of networks that it trained.
    for (const [digest, { inputs }] of evaluations) {
      if (inputs.every((input) => needs.has(input))) needs.add(digest)
    }
    return { experiment, needs, noted }
  })
  const runs = await readRuns(store)
  const wanted = closure(runs.tasks.map(digestOf), known)
  return {
    experiments: needing,
    referred: new Set([...needing.flatMap(({ needs }) => [...needs]), ...wanted]),
    damaged: [...damaged, ...runs.damaged],
  }
}

/** The tasks of all runs that are not over, done and to be done. */
async function readRuns(
  store: string,
): Promise<{ readonly tasks: readonly Task[]; readonly damaged: readonly string[] }> {
  const tasks: Task[] = []
  const damaged: string[] = []
  for (const digest of await listRuns(store)) {
    try {
      tasks.push(...((await readRun(store, digest))?.tasks ?? []))
    } catch (error) {
      if (!(error instanceof TicketLabError && error.code === 'store-corrupt')) throw error
      damaged.push(runFolder(store, digest))
    }
  }
  return { tasks, damaged }
}

/** What is known of a task without its inputs' results. */
interface Known {
  readonly kind: Task['kind']
  readonly inputs: readonly Digest[]
  readonly network: Json
}

async function readDescriptions(store: string, there: Iterable<Digest>): Promise<ReadonlyMap<Digest, Known>> {
  const reader = createReader(store)
  const known = new Map<Digest, Known>()
  await inParallel(there, readers, async (digest) => {
    const task = await reader.task(digest).catch((error: unknown) => {
      // What a damaged task needs is named by its experiment as well.
      if (error instanceof TicketLabError && error.code === 'store-corrupt') return undefined
      throw error
    })
    if (!task) return
    known.set(digest, {
      kind: task.kind,
      inputs: inputsOf(task),
      network: task.network as unknown as Json,
    })
  })
  return known
}

function closure(roots: Iterable<Digest>, known: ReadonlyMap<Digest, Known>): Set<Digest> {
  const needs = new Set<Digest>()
  const open = [...roots]
  for (let digest = open.pop(); digest !== undefined; digest = open.pop()) {
    if (needs.has(digest)) continue
    needs.add(digest)
    open.push(...(known.get(digest)?.inputs ?? []))
  }
  return needs
}

/** The first versions noted only masks: what has the same network may be of the experiment. */
function rootsOfFormer<View extends ListedView>(
  { view, description }: StoredExperiment<View>,
  known: ReadonlyMap<Digest, Known>,
): readonly Digest[] {
  const network = memberOf(description, 'network')
  const text = network === undefined ? undefined : canonicalJson(network)
  const alike = [...known].filter(([, task]) => canonicalJson(task.network) === text)
  return [...digestsIn(view).filter((digest) => digest !== view.digest), ...alike.map(([digest]) => digest)]
}

function memberOf(value: Json, name: string): Json | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject ? (value as Readonly<Record<string, Json>>)[name] : undefined
}

function digestsIn(value: unknown): readonly Digest[] {
  if (typeof value === 'string') return isDigest(value) ? [value] : []
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(digestsIn)
}
