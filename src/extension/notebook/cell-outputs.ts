import { NotebookCellOutput, NotebookCellOutputItem, type NotebookCellExecution } from 'vscode'
import type { Output } from '../../kernel/protocol'
import { afterClear, nothingShown, show, type Item, type Shown } from './outputs'
import type { ShownError } from './session-state'

/** The outputs below one cell. */
export interface CellOutputs {
  /** VS Code takes outputs from executions only: from now on from this one. */
  goOn(execution: NotebookCellExecution): void
  show(output: Output): void
  showError(error: ShownError): void
  /** VS Code tells that the cell has this many outputs now. */
  noticeCount(count: number): void
  /** What is shown, for going on in another cell. */
  shown(): Shown
}

/** Outputs that another execution has shown, in the order of their handles. */
export interface EarlierOutputs {
  readonly shown: Shown
  readonly outputs: readonly NotebookCellOutput[]
}

/**
 * @param execution what shows outputs; a cell that has ended gets one when there is something to show
 * @param failed is told what VS Code could not show
 */
export function createCellOutputs(
  execution: NotebookCellExecution | undefined,
  failed: (error: unknown) => void,
  earlier: EarlierOutputs = { shown: nothingShown, outputs: [] },
): CellOutputs {
  let shown = earlier.shown
  // Handles count all outputs ever made, of which the user may have cleared the first ones.
  const cleared = shown.nextHandle - earlier.outputs.length
  const outputs = new Map(earlier.outputs.map((output, index) => [cleared + index, output]))
  // Outputs of an earlier execution are cleared when this one begins, and that is told like the user's clearing.
  let anySeen = outputs.size > 0
  let showing = execution
  const attempt = (edit: Thenable<void> | undefined): void => void edit?.then(undefined, failed)
  const add = (output: NotebookCellOutput): void => attempt(showing?.appendOutput(output))

  return {
    goOn(next) {
      showing = next
    },
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
        attempt(showing?.appendOutputItems(made, known))
      } else {
        attempt(showing?.replaceOutputItems(made, known))
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
    shown: () => shown,
  }
}

function outputItem(item: Item): NotebookCellOutputItem {
  if ('mime' in item) return NotebookCellOutputItem.text(item.text, item.mime)
  return item.stream === 'stdout'
    ? NotebookCellOutputItem.stdout(item.text)
    : NotebookCellOutputItem.stderr(item.text)
}
