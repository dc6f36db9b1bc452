import { dirname, join } from 'node:path'
import { isExperimentView } from '../../src/experiments/view'
import { appearance } from '../../src/extension/experiments/appearance'
import { children, roots, type TreeNode } from '../../src/extension/experiments/nodes'
import { contentFile, findInstalled } from '../../src/datasets/library'
import { loadDataset } from '../../src/datasets/load'
import { taskFolder } from '../../src/store/layout'
import { openStoreView, type StoreView } from '../../src/store/store'
import { sha256 } from '../../src/support/canonical'
import { TicketLabError } from '../../src/support/errors'
import type { Task } from '../../src/tasks/tasks'

/** One thing that a person can be shown, and what was shown: its text, or why it cannot be. */
export type Sight =
  | { readonly kind: 'shown'; readonly text: string }
  /** As if it had never been there. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  /** Something other than an expected failure. */
  | { readonly kind: 'broken'; readonly error: unknown }

/** What can be shown, by name, with the folder or file that it comes from. */
export type Sights = ReadonlyMap<string, { readonly from: string; readonly sight: Sight }>

/** Everything that a store and the data beside it can put on a screen: results, curves, tensors, the tree, datasets. */
export async function look(
  store: string,
  data: string,
  tasks: ReadonlyMap<string, Task>,
  contents: readonly string[],
) {
  const view = openStoreView(store)
  const seen = new Map<string, { from: string; sight: Sight }>()
  for (const [digest, task] of tasks) {
    const from = taskFolder(store, digest)
    for (const [name, read] of Object.entries(readsOf(view, digest, task))) {
      seen.set(`${name} of ${task.kind} ${digest}`, { from, sight: await attempt(read) })
    }
  }
  for (const [name, found] of await tree(view)) seen.set(name, found)
  for (const content of contents) {
    const spec = { name: 'own', content, splitSeed: 1, validation: 10 } as const
    seen.set(`description of ${content}`, {
      from: join(data, `${content}.json`),
      // When it was installed is not a result.
      sight: await attempt(async () => {
        const found = await Promise.resolve(findInstalled(data, content))
        return found && { ...found, installed: '' }
      }),
    })
    seen.set(`examples of ${content}`, {
      from: contentFile(data, content),
      sight: await attempt(() => loadDataset(spec, '', data)),
    })
  }
  return seen satisfies Sights
}

type Read = () => Promise<unknown>

function readsOf(view: StoreView, digest: string, task: Task): Readonly<Record<string, Read>> {
  const always = {
    facts: async () => (await view.result(digest))?.facts,
    description: () => view.task(digest),
  }
  switch (task.kind) {
    case 'initialize':
      return { ...always, weights: () => view.readWeights({ task: digest, step: 0 }) }
    case 'treat':
      return { ...always, weights: () => view.readWeights({ task: digest, step: task.weights.step }) }
    case 'train':
      return {
        ...always,
        weights: () => view.readWeights({ task: digest, step: task.until }),
        curve: async () => ((await view.has(digest)) ? view.readMetrics(digest) : undefined),
      }
    case 'gradients':
      return { ...always, weights: () => view.readWeights({ task: digest, step: 0 }) }
    case 'bend':
      return { ...always, weights: () => view.readWeights({ task: digest, step: task.steps }) }
    case 'given':
      return task.holds === 'mask'
        ? { ...always, mask: () => view.readMask(digest) }
        : { ...always, weights: () => view.readWeights({ task: digest, step: 0 }) }
    case 'align':
      return { ...always, weights: () => view.readWeights({ task: digest, step: task.weights.step }) }
    case 'prune':
      return { ...always, mask: () => view.readMask(digest) }
    case 'evaluate':
    case 'interpolate':
    case 'plane':
      return always
  }
}

/** The rows of the tree, an experiment's by its file. */
async function tree(view: StoreView): Promise<[string, { from: string; sight: Sight }][]> {
  const { experiments, damaged } = await view.experiments(isExperimentView)
  const folder = join(view.folder, 'experiments')
  const rows = roots(experiments.map(({ view }) => ({ ...view, here: false }))).map(
    (root): [string, { from: string; sight: Sight }] => {
      const digest = root.kind === 'group' ? root.group.name : root.experiment.digest
      const from = join(folder, `${digest}.json`)
      try {
        return [`tree of ${digest}`, { from, sight: { kind: 'shown', text: JSON.stringify(branch(root)) } }]
      } catch (error) {
        return [`tree of ${digest}`, { from, sight: { kind: 'broken', error } }]
      }
    },
  )
  const named = damaged.map((path): [string, { from: string; sight: Sight }] => [
    `tree of ${path.slice(dirname(path).length + 1, -'.json'.length)}`,
    { from: path, sight: { kind: 'refused', code: 'store-corrupt', message: path } },
  ])
  return [...rows, ...named]
}

/** A row and all below it. When an experiment was first run is not a result. */
function branch(node: TreeNode): unknown {
  const { tooltip, ...row } = appearance(node)
  return { ...row, tooltip: tooltip.replace(/Created [^;]*;/, ''), below: children(node).map(branch) }
}

async function attempt(read: Read): Promise<Sight> {
  try {
    const found = await read()
    return found === undefined ? { kind: 'absent' } : { kind: 'shown', text: fingerprint(found) }
  } catch (error) {
    if (!(error instanceof TicketLabError)) return { kind: 'broken', error }
    return { kind: 'refused', code: error.code, message: error.message }
  }
}

/** Short text that is as different as the values are, in every bit of a number. */
function fingerprint(value: unknown): string {
  const text = JSON.stringify(value, (_, member: unknown) =>
    ArrayBuffer.isView(member)
      ? sha256(new Uint8Array(member.buffer, member.byteOffset, member.byteLength))
      : member,
  )
  return text.length > 200 ? sha256(text) : text
}
