import type { LayerView, LevelView } from '../../experiments/view'
import { arrange, plainArrangement, type Arrangement, type Group } from './arrange'
import { tellApart } from './differences'
import type { KnownExperiment } from './registry'

/** A row of the tree: a group of experiments, an experiment, one of its levels, or a layer of a level. */
export type TreeNode =
  | { readonly kind: 'group'; readonly group: Group & { readonly name: string }; readonly apart: Apart }
  | ExperimentNode
  | { readonly kind: 'level'; readonly experiment: KnownExperiment; readonly level: LevelView }
  | LayerNode

export interface ExperimentNode {
  readonly kind: 'experiment'
  readonly experiment: KnownExperiment
  /** What tells it from others of the same name; absent where its name does. */
  readonly apart?: readonly string[]
}

/** What belongs to an experiment: it, its levels, their layers. */
export type NodeOfExperiment = Exclude<TreeNode, { readonly kind: 'group' }>

type Apart = ReturnType<typeof tellApart>

export interface LayerNode {
  readonly kind: 'layer'
  readonly experiment: KnownExperiment
  readonly level: LevelView
  readonly layer: LayerView
}

/** The experiments, pinned ones first, then the latest; or the groups that they are in. */
export function roots(
  experiments: Iterable<KnownExperiment>,
  arrangement: Arrangement = plainArrangement,
): TreeNode[] {
  const all = [...experiments]
  const apart = tellApart(all)
  return arrange(all, arrangement).flatMap(({ name, experiments: inside }): TreeNode[] =>
    name === undefined
      ? nodesOf(inside, apart)
      : [{ kind: 'group', group: { name, experiments: inside }, apart }],
  )
}

function nodesOf(experiments: readonly KnownExperiment[], apart: Apart): ExperimentNode[] {
  return experiments.map((experiment) => {
    const words = apart.get(experiment.digest)
    return { kind: 'experiment', experiment, ...(words ? { apart: words } : {}) }
  })
}

export function children(node: TreeNode): TreeNode[] {
  switch (node.kind) {
    case 'group':
      return nodesOf(node.group.experiments, node.apart)
    case 'experiment':
      return node.experiment.levels.map((level) => ({ kind: 'level', experiment: node.experiment, level }))
    case 'level':
      return node.level.layers.map((layer) => ({ ...node, kind: 'layer', layer }))
    case 'layer':
      return []
  }
}

export function parent(node: TreeNode): TreeNode | undefined {
  switch (node.kind) {
    case 'group':
    case 'experiment':
      return undefined
    case 'level':
      return { kind: 'experiment', experiment: node.experiment }
    case 'layer':
      return { kind: 'level', experiment: node.experiment, level: node.level }
  }
}

/** Whether a layer has a mask to look at: at level 0 everything is kept, later it must have been computed. */
export function hasMask(level: LevelView, layer: LayerView): boolean {
  return level.level === 0 || layer.masks.some((mask) => typeof mask === 'string')
}
