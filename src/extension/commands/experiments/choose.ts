import { window } from 'vscode'
import { appearance } from '../../experiments/appearance'
import type { Experiments } from '../../experiments/model'
import { roots, type ExperimentNode, type TreeNode } from '../../experiments/nodes'
import type { KnownExperiment } from '../../experiments/registry'

/** What a command is about. */
export interface Chosen {
  readonly experiment: KnownExperiment
  /** The level of the row, where it is one of a level or a layer. */
  readonly level?: number
}

/** The experiment of a row of the tree, as it is now, or the one that the user picks. */
export async function chooseExperiment(
  experiments: Experiments,
  node: unknown,
  question: string,
): Promise<Chosen | undefined> {
  const [chosen] = await chooseExperiments(experiments, node, undefined, question)
  return chosen
}

/** Those of all rows that are selected. */
export async function chooseExperiments(
  experiments: Experiments,
  node: unknown,
  all: unknown,
  question: string,
): Promise<readonly Chosen[]> {
  const rows = (Array.isArray(all) && all.includes(node) ? (all as unknown[]) : [node]).filter(isRow)
  if (rows.length > 0) {
    const chosen = new Map<string, Chosen>()
    for (const row of rows) {
      if (row.kind === 'group') continue
      const { digest } = row.experiment
      const experiment = experiments.find(digest) ?? row.experiment
      chosen.set(digest, row.kind === 'experiment' ? { experiment } : { experiment, level: row.level.level })
    }
    return [...chosen.values()]
  }
  const picked = await pick(await experiments.list(), question)
  return picked ? [{ experiment: picked }] : []
}

/** Lets the user pick one of some experiments, told apart as in the tree. */
export async function pick(
  experiments: readonly KnownExperiment[],
  placeHolder: string,
): Promise<KnownExperiment | undefined> {
  if (experiments.length === 0) {
    void window.showInformationMessage('There is no experiment yet.')
    return undefined
  }
  const items = roots(experiments)
    .filter((node): node is ExperimentNode => node.kind === 'experiment')
    .map((node) => {
      const { label, description } = appearance(node)
      return { label, description, experiment: node.experiment }
    })
  const chosen = await window.showQuickPick(items, { placeHolder, matchOnDescription: true })
  return chosen?.experiment
}

function isRow(value: unknown): value is TreeNode {
  return typeof value === 'object' && value !== null && 'kind' in value
}
