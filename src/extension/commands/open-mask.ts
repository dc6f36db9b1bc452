import { window } from 'vscode'
import type { Experiments } from '../experiments/model'
import { appearance } from '../experiments/appearance'
import { children, hasMask, roots, type LayerNode, type TreeNode } from '../experiments/nodes'
import type { MaskPanels } from '../mask/panel'

/** Opens the mask of a row of the tree, or asks which. */
export async function openMask(
  panels: MaskPanels,
  experiments: Experiments,
  node: TreeNode | undefined,
): Promise<void> {
  const layer = node?.kind === 'layer' ? node : await askLayer(roots(await experiments.list()))
  if (!layer) return
  const first = layer.layer.masks.findIndex((mask) => typeof mask === 'string')
  panels.open({
    experiment: layer.experiment.digest,
    parameter: layer.layer.parameter,
    level: layer.level.level,
    replicate: Math.max(first, 0),
  })
}

async function askLayer(experiments: readonly TreeNode[]): Promise<LayerNode | undefined> {
  const layers = experiments
    .flatMap(children)
    .flatMap(children)
    .filter((node): node is LayerNode => node.kind === 'layer' && hasMask(node.level, node.layer))
  if (layers.length === 0) {
    void window.showInformationMessage('There is no mask yet: run an experiment first.')
    return undefined
  }
  const items = layers.map((node) => ({
    label: `${node.layer.parameter}, level ${node.level.level}`,
    description: appearance(node).description,
    detail: node.experiment.name,
    node,
  }))
  const chosen = await window.showQuickPick(items, {
    placeHolder: 'Which mask to open',
    matchOnDescription: true,
    matchOnDetail: true,
  })
  return chosen?.node
}
