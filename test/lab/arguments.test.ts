import { expect, it } from 'vitest'
import { createLab } from '../../src/lab/lab'
import type { Runner } from '../../src/lab/runner'
import { rejected } from '../support/thrown'

/** Runs nothing: what is given is refused before. */
const runner = {} as Runner
const lab = createLab(
  {
    ...{ store: '/nowhere', backends: '/nowhere', trainers: 1, backend: 'wasm' },
    display: () => () => undefined,
    signal: () => new AbortController().signal,
    activity: () => undefined,
    experiment: () => undefined,
    log: () => undefined,
  },
  runner,
)
const bytes = new Uint8Array(60_000 * 784)

it.each<[string, () => unknown, RegExp]>([
  [
    'a list of results',
    () => lab.plot.accuracy(['a', 'b'] as never),
    /found \['a', 'b'\]\. Give the members .* \.\.\.list/,
  ],
  ['a big integer', () => lab.plot.accuracy(5n as never), /results of lab\.imp, .*found 5n/],
  ['a promise', () => lab.plot.line(Promise.resolve() as never), /found a promise\. Write 'await'/],
  [
    'a list of arrays',
    () => lab.dataset([bytes, bytes] as never),
    /found \[a Uint8Array of 47040000 bytes, a/,
  ],
  [
    'no setup',
    () => lab.imp({ levels: 1 } as never, { levels: 1 }),
    /a setup made by .*found \{ levels: 1 \}/,
  ],
])('refuses %s', async (_, use, message) => {
  expect(await rejected(Promise.resolve().then(use))).toMatchObject({
    code: 'bad-input',
    message: expect.stringMatching(message) as string,
  })
})
