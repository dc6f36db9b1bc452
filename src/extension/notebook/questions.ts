import { ThemeIcon, window, type QuickInputButton } from 'vscode'
import type { Answer } from '../../kernel/protocol'

/** What the user did about a question: answered it, ended the input, or closed the box. */
export type Reply = Answer | { readonly kind: 'closed' }

export interface AskedOf {
  /** What asks, such as `Cell 2 of training.ipynb`. */
  readonly title: string
  /** What the cell has printed last, if that says something. */
  readonly prompt: string
}

/** The button beside the box; what Ctrl+D is in a terminal. */
const endButton: QuickInputButton = {
  iconPath: new ThemeIcon('debug-step-out'),
  tooltip: 'End the Input: No More Lines Will Come',
}

/** A question that is asked, or waits for its turn. */
export interface Asked {
  withdraw(): void
}

/** VS Code shows one box at a time: another one would close it, and that stops a cell. */
let turn: Promise<void> = Promise.resolve()

/**
 * Asks the user for a line, once no other cell does. `reply` is called once, unless the question is withdrawn first.
 */
export function askUser({ title, prompt }: AskedOf, reply: (reply: Reply) => void): Asked {
  let withdraw = (): void => undefined
  let withdrawn = false
  turn = turn.then(
    () =>
      new Promise((over) => {
        if (withdrawn) {
          over()
          return
        }
        const box = window.createInputBox()
        let settled = false
        const settle = (what: Reply | undefined): void => {
          if (settled) return
          settled = true
          box.dispose()
          over()
          if (what) reply(what)
        }
        withdraw = () => settle(undefined)
        box.title = title
        box.prompt = prompt === '' ? 'The cell reads a line.' : prompt
        box.placeholder = 'Escape stops the cell'
        box.ignoreFocusOut = true
        box.buttons = [endButton]
        box.onDidAccept(() => settle({ kind: 'line', text: box.value }))
        box.onDidTriggerButton((button) => button === endButton && settle({ kind: 'end' }))
        box.onDidHide(() => settle({ kind: 'closed' }))
        box.show()
      }),
  )
  return {
    withdraw() {
      withdrawn = true
      withdraw()
    },
  }
}
