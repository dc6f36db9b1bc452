import { expect, it } from 'vitest'
import { rejected } from '../support/thrown'
import { dryLab } from './dry'

const { lab } = dryLab()
const lenet = lab.preset('lenet-mnist', { steps: 10 })
const narrow = lab.preset('lenet-mnist', { rates: { output: 0.99 } })
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
  [
    'the seconds of a setup',
    () => lab.seconds(lenet as never),
    /in lab\.seconds, found an object with name, network, dataset/,
  ],
  ['the seconds of a promise', () => lab.seconds(Promise.resolve() as never), /a promise\. Write 'await'/],
  ['the seconds of nothing', () => lab.seconds(undefined as never), /in lab\.seconds, found undefined/],
  [
    'a variant of which a layer would die, by its name',
    () => lab.variants({ lenet, narrow }, { levels: 5 }),
    /^Variant 'narrow': Expected at least one weight left in output\/weights, .* Nothing was run\.$/,
  ],
  [
    'a variant that is none',
    () => lab.variants({ low: 5 as never }, { levels: 1 }),
    /^Variant 'low': .*found 5/,
  ],
  [
    'SNIP for variants of several levels',
    () => lab.variants({ lenet }, { levels: 1, criterion: 'snip' }),
    /found 'snip', .*Add \{ oneShot: true \}/,
  ],
])('refuses %s', async (_, use, message) => {
  expect(await rejected(Promise.resolve().then(use))).toMatchObject({
    code: 'bad-input',
    message: expect.stringMatching(message) as string,
  })
})
