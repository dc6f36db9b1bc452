import { expect, test } from 'vitest'
import { presetItem, workOf } from '../../src/extension/commands/preset-items'
import { publishedPresetNames } from '../../src/lab/asked/presets'
import { aboutPreset } from '../../src/lab/asked/presets/about'

const lenet = aboutPreset('lenet-mnist')
const reference = { name: 'lenet-mnist', about: lenet }

test('a preset says its paper, dataset, steps, and cost', () => {
  // 266,200 multiply-adds of each of 60 examples, there and twice as many back, in 50,000 steps.
  expect(lenet).toEqual({
    ...{ paper: 'Frankle & Carbin 2019, fig. 2-4', dataset: 'mnist', steps: 50_000, batchSize: 60 },
    ...{ replicates: 5, rewindTo: 0 },
    multiplyAdds: 3 * 266_200 * 60 * 50_000,
  })
  expect(presetItem('lenet-mnist', lenet, reference, new Set(['mnist']))).toEqual({
    ...{ label: 'lenet-mnist', description: 'Frankle & Carbin 2019, fig. 2-4' },
    detail: 'mnist · 50,000 steps of 60 examples · cost: 1',
  })
})

test('a dataset that is not there is said to be, until it is', () => {
  const conv2 = aboutPreset('conv2-cifar10')
  const item = presetItem('conv2-cifar10', conv2, reference, new Set())
  expect(item.missing).toBe('cifar10')
  const times = Number((conv2.multiplyAdds / lenet.multiplyAdds).toPrecision(2))
  expect(item.detail).toBe(
    `cifar10, not installed · 20,000 steps of 60 examples · cost: ${times} × lenet-mnist`,
  )
  const there = presetItem('conv2-cifar10', conv2, reference, new Set(['cifar10']))
  expect(there.missing).toBeUndefined()
  expect(there.detail).toMatch(/^cifar10 · /)
})

test('where MNIST does not ship, it is a dataset to install, too', () => {
  const item = presetItem('lenet-mnist', lenet, reference, new Set())
  expect(item.missing).toBe('mnist')
  expect(item.detail).toBe('mnist, not installed · 50,000 steps of 60 examples · cost: 1')
})

test('every preset with published data can be told of', () => {
  for (const name of publishedPresetNames) {
    const { paper, multiplyAdds } = aboutPreset(name)
    expect(paper, name).toMatch(/20\d\d/)
    expect(multiplyAdds, name).toBeGreaterThan(0)
  }
})

test('what choices come to', () => expect(workOf(8, 2, 2000)).toBe('18 trainings, 36,000 steps'))
