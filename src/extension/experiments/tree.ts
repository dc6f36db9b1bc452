import {
  EventEmitter,
  MarkdownString,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  window,
  type Memento,
  type TreeDataProvider,
} from 'vscode'
import { contentsOf } from '../../store/upkeep/contents'
import { bytesText } from '../../support/quantities'
import { currentSettings } from '../configuration'
import { commands, views } from '../contributions'
import { appearance } from './appearance'
import { plainArrangement, type Arrangement } from './arrange'
import type { Experiments } from './model'
import { startsOf } from './starts'
import { children, parent, roots, type TreeNode } from './nodes'

/** The list of experiments in the activity bar. */
export interface ExperimentTree {
  arrangement(): Arrangement
  /** Lays the list out otherwise; grouping is remembered with the workspace, a filter is not. */
  arrange(change: Partial<Arrangement>): Promise<void>
  dispose(): void
}

const groupingKey = 'experiments.groupBy'
/** The size of the store is looked up no more often. Milliseconds. */
const sizePeriod = 15_000

export function createTree(experiments: Experiments, memory: Memento): ExperimentTree {
  const refresh = new EventEmitter<undefined>()
  let arrangement: Arrangement = {
    ...plainArrangement,
    groupBy: memory.get(groupingKey, plainArrangement.groupBy),
  }
  const provider: TreeDataProvider<TreeNode> = {
    onDidChangeTreeData: refresh.event,
    getTreeItem: treeItem,
    async getChildren(node) {
      if (node) return children(node)
      const all = await experiments.list()
      size.look()
      isEmpty = all.length === 0
      tell()
      return roots(all, arrangement)
    },
    getParent: parent,
  }
  const view = window.createTreeView(views.experiments, {
    treeDataProvider: provider,
    showCollapseAll: true,
    canSelectMany: true,
  })
  let stored = ''
  let isEmpty = true
  /** Above the list; where there is nothing, the welcome page stands. */
  const tell = (): void => {
    const filter = arrangement.filter === '' ? [] : [`only rows with “${arrangement.filter}”`]
    view.message = isEmpty ? '' : [...(stored === '' ? [] : [stored]), ...filter].join(' · ')
  }
  const size = watchSize((text) => {
    stored = text
    tell()
  })
  const listening = experiments.onChange(() => refresh.fire(undefined))
  return {
    arrangement: () => arrangement,
    async arrange(change) {
      arrangement = { ...arrangement, ...change }
      refresh.fire(undefined)
      await memory.update(groupingKey, arrangement.groupBy)
    },
    dispose() {
      size.stop()
      listening.dispose()
      view.dispose()
      refresh.dispose()
    },
  }
}

/** Tells the size of the store from time to time, while somebody looks. */
function watchSize(tell: (text: string) => void): { look(): void; stop(): void } {
  let timer: NodeJS.Timeout | undefined
  let looked = -Infinity
  const measure = async (): Promise<void> => {
    timer = undefined
    looked = Date.now()
    const { tasks } = await contentsOf(currentSettings().store)
    const bytes = [...tasks.values()].reduce((sum, task) => sum + task.bytes, 0)
    tell(`${bytesText(bytes)} in the store`)
  }
  return {
    look() {
      if (timer) return
      const wait = Math.max(500, looked + sizePeriod - Date.now())
      // A store that cannot be looked at is told of by who lists it.
      timer = setTimeout(() => void measure().catch(() => undefined), wait)
    },
    stop: () => clearTimeout(timer),
  }
}

function treeItem(node: TreeNode): TreeItem {
  const { id, label, description, tooltip, icon, colour, expandable, opensMask } = appearance(node)
  const open = node.kind === 'group' ? TreeItemCollapsibleState.Expanded : TreeItemCollapsibleState.Collapsed
  const item = new TreeItem(label, expandable ? open : TreeItemCollapsibleState.None)
  item.id = id
  item.description = description
  item.tooltip = new MarkdownString(tooltip)
  item.iconPath = new ThemeIcon(icon, colour === undefined ? undefined : new ThemeColor(colour))
  item.accessibilityInformation = { label: `${label}, ${description}` }
  item.contextValue = contextOf(node, opensMask)
  if (opensMask) item.command = { command: commands.openMask, title: 'Open Mask', arguments: [node] }
  return item
}

/** What the conditions of menus look for. */
function contextOf(node: TreeNode, opensMask: boolean): string {
  if (node.kind === 'group') return node.kind
  const can = startsOf(node.experiment)
  const words = [
    ...(can?.isControllable ? ['controllable'] : []),
    ...(can?.isAnalysable ? ['analysable'] : []),
  ]
  switch (node.kind) {
    case 'experiment':
      return ['experiment', node.experiment.label?.pinned ? 'pinned' : 'unpinned', ...words].join(' ')
    case 'level':
      return ['level', ...words].join(' ')
    case 'layer':
      return opensMask ? 'layerWithMask' : 'layer'
  }
}
