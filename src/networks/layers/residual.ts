import { convolution, type ConvolutionLayer } from './convolution'
import type { Activation, AnyLayer, ExampleShape, HoldingKind, Inside } from './kind'
import { activation, isObject, optional, required, withoutBatchNorm } from './options'
import { same, show } from './shape'
import { activate, endWords } from './weights'

/** relu or nothing of: the output of `layers` plus the input, the latter through `shortcut` where there is one. */
export interface ResidualLayer<Inner> {
  /** A residual block. */
  readonly kind: 'residual'
  /** Unique in the network; letters, digits, - and _. */
  readonly name: string
  /** What the input goes through; their output has the shape of the input, or of the shortcut. */
  readonly layers: readonly Inner[]
  /** A layer that gives the input the shape of the output; its weights are in the prune group `shortcut`. */
  readonly shortcut?: ConvolutionLayer
  /** What is made of the sum. */
  readonly activation: Activation
}

type Held<Inner> = Inner | ConvolutionLayer

/** The row for blocks of `Inner`, which are the layers of all kinds. */
export function residual<Inner extends AnyLayer>(): HoldingKind<ResidualLayer<Held<Inner>>, Held<Inner>> {
  return {
    stem: 'block',
    options: {
      layers: required(optional('a list of layers', Array.isArray)),
      shortcut: optional('a convolution', (value) => typeof value === 'object' && value !== null),
      activation,
    },
    canonical: withoutBatchNorm,
    shapeAfter(layer, input, walk) {
      const output = walk.afterAll(layer.layers, input)
      const other = layer.shortcut ? convolution.shapeAfter(layer.shortcut, input, walk) : input
      if (same(output, other)) return output
      const advice =
        output.length === 3 && input.length === 3
          ? `give it ${layer.shortcut ? 'another' : 'a'} shortcut, such as ${proposal(layer, input, output)}`
          : `let its last layer end in ${show(other)}`
      return walk.fail(
        `block "${layer.name}" adds ${show(output)}, from its layers, to ${show(other)}, from its ` +
          `${layer.shortcut ? 'shortcut' : 'input'}: ${advice}.`,
      )
    },
    parameters({ layers, shortcut }, input, { all }) {
      const inside = all(layers, input)
      if (!shortcut) return inside
      return [...inside, ...convolution.parameters(shortcut, input, { all, group: 'shortcut' })]
    },
    lower(layer, input, lowering) {
      const left = lowering.all(layer.layers, input)
      const right = layer.shortcut ? convolution.lower(layer.shortcut, input, lowering) : input
      const output = `${layer.name}/sum`
      lowering.tape.append({ op: 'add', left, right, output })
      return activate(layer, output, lowering)
    },
    words: (layer) => ['residual', ...endWords(layer)],
    inside: inside(),
  }
}

function inside<Inner extends AnyLayer>(): Inside<ResidualLayer<Held<Inner>>, Held<Inner>> {
  return {
    lists: ({ layers, shortcut }) => [
      { layers, mark: '' },
      ...(shortcut ? [{ layers: [shortcut], mark: '+ ' }] : []),
    ],
    written: ({ layers, shortcut }) => [layers, [shortcut]],
    completed({ layers, shortcut }, name, { all, one }) {
      if (!Array.isArray(layers)) return {}
      // What is added is activated afterwards.
      const inside = all(layers, 'none')
      if (!isObject(shortcut)) return { layers: inside }
      const defaults = { name: `${String(name)}-shortcut`, activation: 'none' } as const
      return { layers: inside, shortcut: one(shortcut, defaults) }
    },
    check({ name, layers, shortcut }, { all, one, fail }) {
      if (layers.length === 0) fail(`block "${name}" has no layers.`)
      all(layers)
      if (!shortcut) return
      one(shortcut, `the shortcut of "${name}"`)
      if (!isConvolution(shortcut)) {
        fail(`the shortcut of "${name}" must be a convolution, found a ${(shortcut as AnyLayer).kind} layer.`)
      }
    },
    changed({ shortcut, ...block }, { all }) {
      const changed = shortcut && all([shortcut]).find(isConvolution)
      return { ...block, layers: all(block.layers), ...(changed ? { shortcut: changed } : {}) }
    },
  }
}

function isConvolution(layer: AnyLayer): layer is ConvolutionLayer {
  return layer.kind === 'convolution'
}

function proposal({ name }: AnyLayer, input: ExampleShape, output: ExampleShape): string {
  const stride = Math.max(1, Math.round(input[0]! / output[0]!))
  const strided = stride === 1 ? '' : `, stride: ${stride}`
  return (
    `{ kind: 'convolution', name: '${name}-shortcut', filters: ${output[2]}, window: 1${strided}, ` +
    "activation: 'none' }"
  )
}
