import { QuickInputButtons, window, type InputBox, type QuickPick, type QuickPickItem } from 'vscode'

/** One question of several: the answer, or that the user went back or gave up. */
export type Answer<Value> =
  | { readonly kind: 'answer'; readonly value: Value }
  | { readonly kind: 'back' }
  | { readonly kind: 'dismissed' }

export interface Question {
  readonly title: string
  readonly step: number
  readonly of: number
}

/** Asks to pick one of `items`. @param onButton is told of the button of an item */
export function pick(
  question: Question,
  items: readonly QuickPickItem[],
  chosen: string,
  onButton: (label: string) => void = () => undefined,
): Promise<Answer<string>> {
  const input = window.createQuickPick()
  input.items = items
  input.matchOnDescription = true
  input.matchOnDetail = true
  input.onDidTriggerItemButton(({ item }) => onButton(item.label))
  input.activeItems = items.filter((item) => item.label === chosen)
  return ask(input, question, () => input.activeItems[0]?.label)
}

/** Asks for a text; `problem` says what is wrong with one. */
export function askText(
  question: Question & { readonly prompt: string },
  value: string,
  problem: (text: string) => string | undefined,
): Promise<Answer<string>> {
  const input = window.createInputBox()
  input.prompt = question.prompt
  input.value = value
  input.onDidChangeValue((text) => {
    input.validationMessage = problem(text)
  })
  return ask(input, question, () => {
    input.validationMessage = problem(input.value)
    return input.validationMessage === undefined ? input.value : undefined
  })
}

/**
 * Shows an input until it is answered or left.
 * @param answer the answer that stands in the input, or `undefined` as long as it cannot be accepted
 */
export function ask<Value>(
  input: InputBox | QuickPick<QuickPickItem>,
  { title, step, of }: Question,
  answer: () => Value | undefined,
): Promise<Answer<Value>> {
  input.title = title
  input.step = step
  input.totalSteps = of
  input.ignoreFocusOut = true
  input.buttons = step > 1 ? [QuickInputButtons.Back] : []
  return new Promise((resolve) => {
    input.onDidAccept(() => {
      const value = answer()
      if (value !== undefined) end({ kind: 'answer', value })
    })
    input.onDidTriggerButton((button) => {
      if (button === QuickInputButtons.Back) end({ kind: 'back' })
    })
    input.onDidHide(() => end({ kind: 'dismissed' }))
    // The first end counts: hiding the input tells once more.
    const end = (result: Answer<Value>): void => {
      resolve(result)
      input.dispose()
    }
    input.show()
  })
}
