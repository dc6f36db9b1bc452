import { basename } from 'node:path'
import {
  Disposable,
  EventEmitter,
  ThemeIcon,
  TreeItem,
  window,
  type NotebookDocument,
  type TreeDataProvider,
} from 'vscode'
import type { Variable } from '../kernel/protocol'
import { views } from './contributions'
import type { Kernels } from './notebook/controller'
import { isOurs } from './notebook/ours'
import type { Services } from './services'

/** The view of what the cells of the notebook in front have declared. It asks for nothing while nobody looks. */
export function registerVariables({ news }: Services, kernels: Kernels): Disposable {
  const changed = new EventEmitter<void>()
  /** The last notebook of ours that was in front: who clicks into the view has left it. */
  let notebook: NotebookDocument | undefined
  const provider: TreeDataProvider<Variable> = {
    onDidChangeTreeData: changed.event,
    getTreeItem: itemOf,
    async getChildren(parent) {
      if (parent) return []
      const variables = notebook && !notebook.isClosed ? await kernels.variables(notebook) : []
      view.message = variables.length > 0 ? '' : 'No cell of the notebook has declared a variable yet.'
      return [...variables]
    },
  }
  const view = window.createTreeView(views.variables, { treeDataProvider: provider })
  const look = (): void => {
    const front = window.activeNotebookEditor?.notebook
    if (front && isOurs(kernels, front)) notebook = front
    view.description = notebook ? basename(notebook.uri.path) : ''
    changed.fire()
  }
  look()
  return Disposable.from(
    view,
    changed,
    window.onDidChangeActiveNotebookEditor(look),
    kernels.onDidChoose(look),
    news.listen((_, told) => {
      // A kernel that has ended takes them along.
      if (told.type === 'variables' || told.type === 'ended') changed.fire()
    }),
  )
}

function itemOf({ name, isConstant, type, text }: Variable): TreeItem {
  const item = new TreeItem(name)
  item.description = text
  item.tooltip = [type === '' ? name : `${name}: ${type}`, text].join('\n')
  const icon = type === 'function' ? 'symbol-function' : isConstant ? 'symbol-constant' : 'symbol-variable'
  item.iconPath = new ThemeIcon(icon)
  return item
}
