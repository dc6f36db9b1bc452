import { describe, expect, it } from 'vitest'
import { control } from '../../src/experiments/control'
import { keptCounts, totalOf, type LayerCounts } from '../../src/experiments/density'
import { nameOf, seriesNameOf, type Experiment } from '../../src/experiments/experiment'
import { imp, oneShot } from '../../src/experiments/imp'
import { sharedAmong, type LayerDensities } from '../../src/experiments/layer-densities'
import type { Setup } from '../../src/experiments/setup'
import { setupOf } from '../../src/lab/asked/presets'
import type { Network } from '../../src/networks/network'
import { parametersOf } from '../../src/networks/parameters'
import { networkByName } from '../../src/networks/zoo'
import type { PruneTask } from '../../src/tasks/tasks'
import { thrown } from '../support/thrown'

const backend = { id: 'wasm', arithmetic: 'test' } as const
const lenet: Setup = setupOf('lenet-mnist', { replicates: 1, steps: 100 }, () => ({ backend }))
const resnet20 = networkByName('resnet20')

/** What layers keep, all of which are pruned. */
function shared(densities: LayerDensities, network: Network, total: number): LayerCounts {
  const prunable = parametersOf(network).filter(({ role }) => role === 'weights')
  return sharedAmong(densities, { network, prunable, total, where: 'here' })
}

/** Shapes of ResNet-20, by hand: a convolution, nine blocks of two, two of them with a shortcut, and the output. */
const shapes: readonly (readonly number[])[] = [
  [3, 3, 3, 16],
  ...Array.from({ length: 6 }, () => [3, 3, 16, 16]),
  ...[[3, 3, 16, 32], [3, 3, 32, 32], [1, 1, 16, 32], ...Array.from({ length: 4 }, () => [3, 3, 32, 32])],
  ...[[3, 3, 32, 64], [3, 3, 64, 64], [1, 1, 32, 64], ...Array.from({ length: 4 }, () => [3, 3, 64, 64])],
  [64, 10],
]
const product = (sizes: readonly number[]) => sizes.reduce((all, size) => all * size, 1)
const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0)
const sizes = shapes.map(product)

/** The same as real numbers; those that would be more than there are, are all. */
function real(total: number, densities: readonly number[], kept = new Set<number>()): readonly number[] {
  const left = total - sum([...kept].map((at) => sizes[at]!))
  const open = densities.map((density, at) => (kept.has(at) ? 0 : density * sizes[at]!))
  const counts = open.map((share, at) => (kept.has(at) ? sizes[at]! : (left * share) / sum(open)))
  const [over] = counts.flatMap((count, at) => (count > sizes[at]! + 1e-9 ? [at] : []))
  return over === undefined ? counts : real(total, densities, new Set([...kept, over]))
}

describe('What layers keep by their densities', () => {
  // (784 + 300), (300 + 100) and (100 + 10) of 1594 parts; what the output cannot have goes to the others, 25620 in 1484 parts.
  it.each(['erdos-renyi', 'erk'] as const)('of LeNet, %s, is as by hand', (densities) => {
    const { network } = lenet
    expect(Object.values(shared(densities, network, 26_620))).toEqual([18_714, 6906, 1000])
    // 5324 in 1594 parts: 3620.6, 1336.0, 367.4
    expect(Object.values(shared(densities, network, 5324))).toEqual([3621, 1336, 367])
  })

  it('of ResNet-20 are those of the code of Evci et al. (2020), to a weight', () => {
    // What google-research/rigl (rigl/sparse_utils.py) says at sparsity 0.9, which comes to 27,101 as it rounds pruned weights
    // down in each layer; ours come to what is asked for.
    const rigl = {
      'erdos-renyi': [
        ...[384.49, 647.56, 647.56, 647.56, 647.56, 647.56, 647.56, 971.35, 1295.13, 107.93, 1295.13],
        ...[1295.13, 1295.13, 1295.13, 1942.69, 2590.26, 215.85, 2590.26, 2590.26, 2590.26, 2590.26, 166.39],
      ],
      erk: [
        ...[424.84, 645.75, 645.75, 645.75, 645.75, 645.75, 645.75, 917.65, 1189.54, 512, 1189.54, 1189.54],
        ...[1189.54, 1189.54, 1733.33, 2277.12, 1665.36, 2277.12, 2277.12, 2277.12, 2277.12, 640],
      ],
    } as const
    for (const densities of ['erdos-renyi', 'erk'] as const) {
      const counts = Object.values(shared(densities, resnet20, 27_101))
      expect(sum(counts)).toBe(27_101)
      counts.forEach((count, at) => expect(Math.abs(count - rigl[densities][at]!)).toBeLessThan(1))
    }
  })

  it.each<[LayerDensities, (shape: readonly number[], at: number) => number]>([
    ['uniform', () => 1],
    ['erdos-renyi', (shape) => (shape.at(-2)! + shape.at(-1)!) / (shape.at(-2)! * shape.at(-1)!)],
    ['erk', (shape) => sum(shape) / product(shape)],
  ])('of ResNet-20, %s, add up at every density, and are rounded once', (densities, densityOf) => {
    for (const total of [200_000, 135_448, 27_090, 2709, 271]) {
      const counts = Object.values(shared(densities, resnet20, total))
      expect(sum(counts)).toBe(total)
      const expected = real(total, shapes.map(densityOf))
      // One factor for all: in the largest layer it may take a few more or fewer to add up.
      counts.forEach((count, at) => {
        const slack = 1 + (shapes.length / 2) * (expected[at]! / total)
        expect(Math.abs(count - Math.max(1, expected[at]!))).toBeLessThan(slack)
      })
    }
  })

  it('by smart ratios fall with depth, and the output keeps 30% (Su et al. 2020)', () => {
    const total = 5418
    const layers = shapes.length
    const densities = shapes.map((_, at) => (layers - at) ** 2 + (layers - at))
    const shares = densities.map((density, at) => (at === layers - 1 ? 0 : density * sizes[at]!))
    const counts = Object.values(shared('smart-ratios', resnet20, total))
    expect(counts.at(-1)).toBe(192)
    expect(sum(counts)).toBe(total)
    counts.slice(0, -1).forEach((count, at) => {
      expect(Math.abs(count - ((total - 192) * shares[at]!) / sum(shares))).toBeLessThan(1)
    })
    // Of LeNet, in parts of 12 * 235,200 and 6 * 30,000: 2662 - 300.
    expect(Object.values(shared('smart-ratios', lenet.network, 2662))).toEqual([2220, 142, 300])
  })

  it('cannot be had at every density', () => {
    expect(thrown(() => shared('smart-ratios', lenet.network, 301))).toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(
        /from 302 to 265500 weights .*by smart ratios in 3 layers here, found 301.*output keeps 300 weights, 30%/,
      ) as string,
    })
    expect(thrown(() => shared('erk', lenet.network, 2))).toMatchObject({ code: 'bad-input' })
  })
})

describe('Experiments with densities of layers', () => {
  const counts = (experiment: Experiment) => experiment.counts.map((kept) => totalOf(kept).total)
  const masks = (experiment: Experiment) =>
    experiment.trainings.flatMap(({ mask }) => (mask ? [experiment.tasks.get(mask) as PruneTask] : []))

  it('keep as many weights in all as without, and fewer of each layer level after level', () => {
    const plain = imp(lenet, 12)
    for (const densities of ['uniform', 'erdos-renyi', 'erk', 'smart-ratios'] as const) {
      const experiment = imp({ ...lenet, densities }, 12)
      expect(counts(experiment)).toEqual(counts(plain))
      expect(experiment.digest).not.toBe(plain.digest)
      const kept = masks(experiment).map(({ keep }) => Object.values(keep!))
      expect(kept).toHaveLength(12)
      kept
        .slice(1)
        .forEach((of, at) => expect(of.every((count, layer) => count <= kept[at]![layer]!)).toBe(true))
    }
  })

  it('keep exactly as many as all layers together, where a setup ranks them so', () => {
    const resnet: Setup = { ...lenet, network: resnet20, scope: 'global', rates: { convolution: 0.2 } }
    const together = keptCounts(resnet, 3).map((kept) => totalOf(kept).total)
    expect(keptCounts({ ...resnet, densities: 'erk' }, 3).map((kept) => totalOf(kept).total)).toEqual(
      together,
    )
    // The shortcuts and the output are not pruned there, and are no part of it.
    expect(Object.keys(keptCounts({ ...resnet, densities: 'erk' }, 1)[1]!)).toHaveLength(19)
  })

  it('are called after them, and their controls too', () => {
    const erk: Setup = { ...lenet, densities: 'erk' }
    const random = oneShot({ ...erk, criterion: 'random' }, 1)
    expect(seriesNameOf(random)).toBe('one-shot random pruning with ERK densities')
    expect(seriesNameOf(control(random, 'random-reinit'))).toBe(
      'random reinit of one-shot random pruning with ERK densities',
    )
    expect(nameOf(imp(erk, 1))).toBe('tickets with ERK densities lenet-mnist')
  })

  it('are there as a control: newly drawn weights, random places, as many weights as tickets have in all', () => {
    const tickets = imp(lenet, 3)
    const random = control(tickets, 'smart-ratios', undefined, 2)
    expect(seriesNameOf(random)).toBe('random tickets by smart ratios')
    expect(counts(random)).toEqual(counts(tickets))
    expect(random.trainings.map(({ level, draw }) => [level, draw])).toEqual(
      [1, 2, 3].flatMap((level) => [1, 2].map((draw) => [level, draw])),
    )
    const last = masks(random).slice(-2)
    expect(last.map(({ criterion }) => criterion)).toEqual(['random', 'random'])
    expect(last[0]!.keep).toEqual(shared('smart-ratios', lenet.network, counts(tickets)[3]!))
    expect(last[0]!.seed).not.toBe(last[1]!.seed)
    const start = random.tasks.get(random.trainings.at(-1)!.task)
    expect(start?.kind === 'train' && random.tasks.get(start.start.task)).toMatchObject({
      kind: 'initialize',
      draw: 2,
    })
  })

  it('says at which level smart ratios end, and only of those that are asked for', () => {
    const tickets = imp({ ...lenet, rates: { dense: 0.9, output: 0.5 } }, 4)
    expect(thrown(() => control(tickets, 'smart-ratios'))).toMatchObject({
      message: expect.stringMatching(/by smart ratios in 3 layers at level 4, found 88/) as string,
    })
    expect(control(tickets, 'smart-ratios', [1, 2]).trainings).toHaveLength(2)
  })
})
