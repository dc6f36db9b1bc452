import { usualCriterion } from '../../training/criteria/all'
import { afterPruningKinds } from '../../experiments/after-pruning'
import { afterPruningOf, criterionOf, levelStartTexts } from '../../experiments/retrain'
import { prunableParameters } from '../../experiments/density'
import { sharings } from '../../experiments/layer-densities'
import type { Setup } from '../../experiments/setup'
import { rowOf, type Layer } from '../../networks/layers/all'
import type { ExampleShape } from '../../networks/layers/kind'
import { show } from '../../networks/layers/shape'
import type { Network } from '../../networks/network'
import { parametersOf, trainable, unchecked } from '../../networks/parameters'
import { shapeAfter } from '../../networks/shapes'
import { countText, percentText } from '../../support/quantities'
import { sizeOf } from '../../support/tensor'
import { usualInitializer } from '../../tasks/tasks'
import { initializers } from '../../training/initializers/all'
import type { Table } from '../showing/table'
import { augmentationText, scheduleText } from './recipe-text'

/** A network as a table: its layers, those inside of blocks indented, with the shapes of their outputs and their weights. */
export function networkTable(network: Network): Table {
  const parameters = parametersOf(network)
  const weights = parameters.filter(({ group }) => group !== undefined)
  const count = (some: typeof parameters): string => countText(sum(some.map(({ shape }) => sizeOf(shape))))
  const rows = rowsOf(network.layers, network.input, '').map(({ text, layer, output }) => {
    const own = weights.filter((parameter) => parameter.layer === layer)
    return [text, show(output), own.length === 0 ? '' : count(own)]
  })
  return {
    title:
      `${network.name}: input ${show(network.input)}, ${network.classes} classes, ${count(weights)} weights, ` +
      `${count(parameters.filter(trainable))} parameters with biases and batch norm`,
    header: ['layer', 'output', 'weights'],
    rows,
  }
}

/** What papers call networks that others know by other names. */
const calledAlso: Readonly<Record<string, string>> = {
  resnet20: 'resnet20 (ResNet-18 in Frankle & Carbin 2019)',
}

/** A setup in words, line by line. */
export function setupText(setup: Setup): string {
  const { network, dataset, recipe, replicates, seed, backend, sparse, deviations } = setup
  const { steps, batchSize, optimizer, evaluateEvery, schedule, weightDecay, weightDecayOn, augmentation } =
    recipe
  const { kind, learningRate } = optimizer
  const noise = dataset.labelNoise ? `${percentText(dataset.labelNoise.fraction)} of labels wrong` : ''
  const lines: readonly (readonly [string, readonly string[]])[] = [
    [
      'network',
      [
        calledAlso[network.name] ?? network.name,
        `${countText(sum(prunable(setup)))} weights that can be pruned`,
      ],
    ],
    [
      'dataset',
      [
        dataset.name === 'own' ? `of your own (${dataset.content?.slice(0, 12)}…)` : dataset.name,
        ...(dataset.examples === undefined ? [] : [`${countText(dataset.examples)} examples of it`]),
        `${dataset.validation === 0 ? 'none' : countText(dataset.validation)} held out for validation`,
        noise,
      ],
    ],
    ['begins', initialTexts(setup)],
    [
      'training',
      [
        `${countText(steps)} steps of ${batchSize} examples`,
        `${kind} at ${learningRate}${schedule ? `, ${scheduleText(schedule)}` : ''}`,
        weightDecay
          ? `weight decay ${weightDecay}${weightDecayOn === 'all' ? ' on all parameters' : ''}`
          : '',
        augmentation ? augmentationText(augmentation) : '',
        `evaluated every ${countText(evaluateEvery)} steps`,
      ],
    ],
    ['pruning', pruningTexts(setup)],
    ['replicates', [String(replicates), `seeds from ${seed}`, ...orderTexts(setup)]],
    [
      'backend',
      [sparse ? `${backend.id}, ${sparse.backend.id} under ${percentText(sparse.below)}` : backend.id],
    ],
    ['differs', deviations],
  ]
  return [
    setup.name,
    ...lines
      .map(([what, texts]) => [what, texts.filter((one) => one !== '').join(', ')] as const)
      .filter(([, text]) => text !== '')
      .map(([what, text]) => `  ${what.padEnd(12)}${text}`),
  ].join('\n')
}

/** How weights begin, where that is not as usual. */
function initialTexts({ init = usualInitializer, batchNormScale = 1 }: Setup): string[] {
  return [
    init === usualInitializer ? '' : `${initializers[init].words} weights`,
    batchNormScale === 1 ? '' : "batch norm's scales uniform in [0, 1)",
  ]
}

/** In which orders examples are visited, where that is not as usual. */
function orderTexts({ orderSeed, augmentationSeed, freshOrders }: Setup): string[] {
  return [
    ...(orderSeed === undefined ? [] : [`those of orders from ${orderSeed}`]),
    ...(augmentationSeed === undefined ? [] : [`those of augmentation from ${augmentationSeed}`]),
    ...(freshOrders ? ['every training with an order of its own'] : []),
  ]
}

function pruningTexts(setup: Setup): string[] {
  const { rates, scope = 'layer', densities, neverPruned = [] } = setup
  const groups = Object.entries(rates).map(([group, rate]) => `${percentText(rate)} of ${group}`)
  if (groups.length === 0) return ['none']
  const criterion = criterionOf(setup)
  return [
    `${groups.join(', ')} per level`,
    scope === 'global' && !densities ? 'all layers together' : 'each layer by itself',
    densities ? sharings[densities].words : '',
    setup.own ? `by ${setup.own.name}` : criterion === usualCriterion ? '' : `by ${criterion}`,
    neverPruned.length === 0 ? '' : `never ${neverPruned.join(', ')}`,
    afterPruningKinds[afterPruningOf(setup)].summary(setup),
    ...levelStartTexts(setup),
  ]
}

function prunable(setup: Setup): number[] {
  return prunableParameters(setup).map(({ shape }) => sizeOf(shape))
}

interface LayerRow {
  readonly text: string
  readonly layer: string
  readonly output: ExampleShape
}

function rowsOf(layers: readonly Layer[], input: ExampleShape, indent: string): LayerRow[] {
  let shape = input
  return layers.flatMap((layer) => {
    const before = shape
    shape = shapeAfter(layer, shape, unchecked)
    const own: LayerRow = {
      text: `${indent}${layer.name}: ${rowOf(layer.kind).words(layer).join(', ')}`,
      layer: layer.name,
      output: shape,
    }
    const deeper = `${indent}  `
    const lists = rowOf(layer.kind).inside?.lists(layer) ?? []
    return [
      own,
      ...lists.flatMap(({ layers: inside, mark }) =>
        rowsOf(inside, before, deeper).map((row, at) =>
          at === 0 ? { ...row, text: `${deeper}${mark}${row.text.trimStart()}` } : row,
        ),
      ),
    ]
  })
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
