import type { ConvolutionLayer, Layer, Network } from '../network'
import { averageAndOutput, normalized, type Form } from './parts'

/**
 * Inception-v3 (Szegedy et al. 2015, table 1) without its auxiliary classifier: 23,799,136 weights with 1000 classes,
 * 23,834,568 numbers are trained. Images must have 75 pixels or more on each side. Half of the numbers before the
 * output are dropped in training.
 */
export function inceptionV3({ input, classes }: Form): Network {
  const [average, logits] = averageAndOutput(classes) as [Layer, Layer]
  return {
    name: 'inception-v3',
    input,
    layers: [
      normalized('conv1', 32, { stride: 2, padding: 'valid' }),
      normalized('conv2', 32, { padding: 'valid' }),
      normalized('conv3', 64),
      halvingPool('pool1'),
      normalized('conv4', 80, { window: 1 }),
      normalized('conv5', 192, { padding: 'valid' }),
      halvingPool('pool2'),
      square('square1', 32),
      square('square2', 64),
      square('square3', 64),
      firstReduction('reduction1'),
      factorized('factorized1', 128),
      factorized('factorized2', 160),
      factorized('factorized3', 160),
      factorized('factorized4', 192),
      secondReduction('reduction2'),
      wide('wide1'),
      wide('wide2'),
      average,
      { kind: 'dropout', name: 'dropout', rate: 0.5 },
      logits,
    ],
    classes,
  }
}

type Window = NonNullable<ConvolutionLayer['window']>

/** Convolutions in a row, named by where they are and their windows. */
function chain(
  name: string,
  ...steps: readonly (readonly [Window, number, Partial<ConvolutionLayer>?])[]
): Layer[] {
  return steps.map(([window, filters, options], index) => {
    const sized = window === 3 ? {} : { window }
    return normalized(steps.length === 1 ? name : `${name}-${index + 1}`, filters, { ...sized, ...options })
  })
}

/** The branch that averages its neighbours first. */
function averaged(name: string, filters: number): Layer[] {
  return [
    { kind: 'average-pool', name: `${name}-average`, window: 3, stride: 1, padding: 'same' },
    ...chain(`${name}-projection`, [1, filters]),
  ]
}

function halvingPool(name: string): Layer {
  return { kind: 'max-pool', name, window: 3, stride: 2 }
}

const halving = { stride: 2, padding: 'valid' } as const

/** Figure 5 of the paper, with a 5x5 window in its second branch. */
function square(name: string, projected: number): Layer {
  return {
    kind: 'branches',
    name,
    branches: [
      chain(`${name}-1x1`, [1, 64]),
      chain(`${name}-5x5`, [1, 48], [5, 64]),
      chain(`${name}-3x3`, [1, 64], [3, 96], [3, 96]),
      averaged(name, projected),
    ],
  }
}

/** Figure 10: fewer places, more channels. */
function firstReduction(name: string): Layer {
  return {
    kind: 'branches',
    name,
    branches: [
      chain(`${name}-3x3`, [3, 384, halving]),
      chain(`${name}-double`, [1, 64], [3, 96], [3, 96, halving]),
      [halvingPool(`${name}-pool`)],
    ],
  }
}

/** Figure 6: windows of 7x7, factorized into 1x7 and 7x1. */
function factorized(name: string, inner: number): Layer {
  const across: Window = [1, 7]
  const down: Window = [7, 1]
  return {
    kind: 'branches',
    name,
    branches: [
      chain(`${name}-1x1`, [1, 192]),
      chain(`${name}-7x7`, [1, inner], [across, inner], [down, 192]),
      chain(`${name}-double`, [1, inner], [down, inner], [across, inner], [down, inner], [across, 192]),
      averaged(name, 192),
    ],
  }
}

function secondReduction(name: string): Layer {
  return {
    kind: 'branches',
    name,
    branches: [
      chain(`${name}-3x3`, [1, 192], [3, 320, halving]),
      chain(`${name}-7x7`, [1, 192], [[1, 7], 192], [[7, 1], 192], [3, 192, halving]),
      [halvingPool(`${name}-pool`)],
    ],
  }
}

/** Figure 7: branches that end in a 1x3 and a 3x1 window side by side. */
function wide(name: string): Layer {
  const sideBySide = (of: string): Layer => ({
    kind: 'branches',
    name: of,
    branches: [chain(`${of}-1x3`, [[1, 3], 384]), chain(`${of}-3x1`, [[3, 1], 384])],
  })
  return {
    kind: 'branches',
    name,
    branches: [
      chain(`${name}-1x1`, [1, 320]),
      [...chain(`${name}-3x3`, [1, 384]), sideBySide(`${name}-split`)],
      [...chain(`${name}-double`, [1, 448], [3, 384]), sideBySide(`${name}-double-split`)],
      averaged(name, 192),
    ],
  }
}
