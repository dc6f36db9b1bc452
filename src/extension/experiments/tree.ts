import {
  Disposable,
  EventEmitter,
  MarkdownString,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  window,
  type TreeDataProvider,
} from 'vscode'
import { commands, views } from '../contributions'
import type { Experiments } from './model'
import { appearance, children, parent, roots, type TreeNode } from './nodes'

/** Shows the experiments in the activity bar's view. */
export function registerTree(experiments: Experiments): Disposable {
  const refresh = new EventEmitter<undefined>()
  const provider: TreeDataProvider<TreeNode> = {
    onDidChangeTreeData: refresh.event,
    getTreeItem: treeItem,
    getChildren: async (node) => (node ? children(node) : roots(await experiments.list())),
    getParent: parent,
  }
  const view = window.createTreeView(views.experiments, { treeDataProvider: provider, showCollapseAll: true })
  return Disposable.from(
    view,
    refresh,
    experiments.onChange(() => refresh.fire(undefined)),
  )
}

function treeItem(node: TreeNode): TreeItem {
  const { id, label, description, tooltip, icon, colour, expandable, opensMask } = appearance(node)
  const item = new TreeItem(
    label,
    expandable ? TreeItemCollapsibleState.Collapsed : TreeItemCollapsibleState.None,
  )
  item.id = id
  item.description = description
  item.tooltip = new MarkdownString(tooltip)
  item.iconPath = new ThemeIcon(icon, colour === undefined ? undefined : new ThemeColor(colour))
  item.accessibilityInformation = { label: `${label}, ${description}` }
  item.contextValue = opensMask ? 'layerWithMask' : node.kind
  if (opensMask) item.command = { command: commands.openMask, title: 'Open Mask', arguments: [node] }
  return item
}
