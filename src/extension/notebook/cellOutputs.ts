import { NotebookCellOutput, NotebookCellOutputItem, type NotebookCellExecution } from 'vscode'
import type { Output } from '../../kernel/protocol'
import { afterClear, nothingShown, show, type Item } from './outputs'
import type { ShownError } from './session'

/** The outputs below one running cell. */
export interface CellOutputs {
  show(output: Output): void
  showError(error: ShownError): void
  /** VS Code tells that the cell has this many outputs now. */
  noticeCount(count: number): void
}

/** @param failed is told what VS Code could not show */
export function createCellOutputs(
  execution: NotebookCellExecution,
  failed: (error: unknown) => void,
): CellOutputs {
  let shown = nothingShown
  const outputs = new Map<number, NotebookCellOutput>()
  // Outputs of an earlier execution are cleared when this one begins, and that is told like the user's clearing.
  let anySeen = false
  const attempt = (edit: Thenable<void>): void => void edit.then(undefined, failed)
  const add = (output: NotebookCellOutput): void => attempt(execution.appendOutput(output))

  return {
    show(output) {
      const [next, { change, handle, items }] = show(shown, output)
      shown = next
      const made = items.map(outputItem)
      const known = outputs.get(handle)
      if (known === undefined) {
        const fresh = new NotebookCellOutput(made)
        outputs.set(handle, fresh)
        add(fresh)
      } else if (change === 'extend') {
        attempt(execution.appendOutputItems(made, known))
      } else {
        attempt(execution.replaceOutputItems(made, known))
      }
    },
    showError: (error) => add(new NotebookCellOutput([NotebookCellOutputItem.error(error)])),
    noticeCount(count) {
      if (count > 0) anySeen = true
      else if (anySeen) {
        anySeen = false
        shown = afterClear(shown)
        outputs.clear()
      }
    },
  }
}

function outputItem(item: Item): NotebookCellOutputItem {
  if ('mime' in item) return NotebookCellOutputItem.text(item.text, item.mime)
  return item.stream === 'stdout'
    ? NotebookCellOutputItem.stdout(item.text)
    : NotebookCellOutputItem.stderr(item.text)
}
