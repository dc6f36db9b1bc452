import { expect, test } from 'vitest'
import { afterClear, nothingShown, show, shownBefore } from '../../src/extension/notebook/outputs'
import type { Change, Shown } from '../../src/extension/notebook/outputs'
import type { Output } from '../../src/kernel/protocol'

function changes(outputs: readonly Output[], from: Shown = nothingShown): { shown: Shown; made: Change[] } {
  let shown = from
  const made = outputs.map((output) => {
    const [next, change] = show(shown, output)
    shown = next
    return change
  })
  return { shown, made }
}

const text = (content: string, stream: 'stdout' | 'stderr' = 'stdout'): Output => ({
  kind: 'stream',
  stream,
  text: content,
})
const plot = (display: number, content: string): Output => ({
  kind: 'display',
  display,
  bundle: { 'application/vnd.vegalite.v5+json': content, 'text/plain': 'a plot' },
})
const order = (made: readonly Change[]) => made.map(({ change, handle }) => `${change} ${handle}`)

test('text of one stream goes into one output until something else is shown', () => {
  const { made } = changes([text('a'), text('b'), text('!', 'stderr'), text('c'), plot(1, '{}'), text('d')])
  expect(order(made)).toEqual(['add 0', 'extend 0', 'add 1', 'add 2', 'add 3', 'add 4'])
})

test('what goes on from an earlier window takes the place of its last plot', () => {
  const stream = ['application/vnd.code.notebook.stdout']
  const drawn = ['application/vnd.vegalite.v5+json', 'image/svg+xml', 'text/plain']
  const from = shownBefore([drawn, drawn, stream])
  const { made } = changes([plot(5, '{}'), plot(6, '{}'), text('later'), plot(5, '{"mark":"line"}')], from)
  expect(order(made)).toEqual(['replace 1', 'add 3', 'add 4', 'replace 1'])
  expect(order(changes([plot(5, '{}')], shownBefore([stream])).made)).toEqual(['add 1'])
  const growing = ['application/vnd.vegalite.v5+json', 'text/plain']
  const several = shownBefore([growing, stream, growing, drawn])
  expect(order(changes([plot(5, '{}'), plot(6, '{}'), plot(7, '{}')], several).made)).toEqual([
    ...['replace 0', 'replace 2', 'add 4'],
  ])
  expect(order(changes([plot(5, '{}')], afterClear(from)).made)).toEqual(['add 3'])
})

test('a display is replaced in its place, with all its representations', () => {
  const { made } = changes([plot(1, '{}'), text('between'), plot(2, '{}'), plot(1, '{"mark":"line"}')])
  expect(order(made)).toEqual(['add 0', 'add 1', 'add 2', 'replace 0'])
  expect(made[3]?.items).toEqual([
    { mime: 'application/vnd.vegalite.v5+json', text: '{"mark":"line"}' },
    { mime: 'text/plain', text: 'a plot' },
  ])
})

test('what was cleared by the user comes back as a new output', () => {
  const { shown } = changes([text('a'), plot(1, '{}')])
  expect(order(changes([plot(1, '{}'), text('b'), plot(1, '{}')], afterClear(shown)).made)).toEqual([
    'add 2',
    'add 3',
    'replace 2',
  ])
})
