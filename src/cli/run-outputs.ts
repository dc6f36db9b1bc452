import type { MimeBundle } from '../report/display'
import type { Outcome, Output } from '../kernel/protocol'
import { displayOutput, lines, type FileOutput } from './run-file'

/** What a cell has shown so far, in order. */
export type Shown =
  | { readonly kind: 'stream'; readonly stream: 'stdout' | 'stderr'; readonly text: string }
  | { readonly kind: 'display'; readonly display: number; readonly bundle: MimeBundle }

/** `shown` with one more output: text joins the text before it, a display takes the place of its former content. */
export function addOutput(shown: readonly Shown[], output: Output): readonly Shown[] {
  if (output.kind === 'display') {
    const known = shown.some((item) => item.kind === 'display' && item.display === output.display)
    if (!known) return [...shown, output]
    return shown.map((item) => (item.kind === 'display' && item.display === output.display ? output : item))
  }
  const last = shown.at(-1)
  if (last?.kind !== 'stream' || last.stream !== output.stream) return [...shown, output]
  return [...shown.slice(0, -1), { ...last, text: last.text + output.text }]
}

/** The outputs of a cell as the file has them. */
export function fileOutputs(shown: readonly Shown[], outcome: Outcome): FileOutput[] {
  const outputs = shown.map((item): FileOutput => {
    if (item.kind === 'display') return displayOutput(item.bundle)
    return { output_type: 'stream', name: item.stream, text: lines(item.text) }
  })
  return outcome.kind === 'success' ? outputs : [...outputs, errorOutput(outcome)]
}

function errorOutput(outcome: Exclude<Outcome, { kind: 'success' }>): FileOutput {
  if (outcome.kind === 'interrupted') {
    const evalue = 'The cell was interrupted.'
    return { output_type: 'error', ename: 'Interrupted', evalue, traceback: [`Interrupted: ${evalue}`] }
  }
  const { name, message, stack } = outcome
  return { output_type: 'error', ename: name, evalue: message, traceback: stack.split('\n') }
}

/** The plots of a cell, in order. */
export function plotsIn(shown: readonly Shown[]): string[] {
  return shown.flatMap((item) => {
    const plot = item.kind === 'display' ? item.bundle['image/svg+xml'] : undefined
    return plot === undefined ? [] : [plot]
  })
}
