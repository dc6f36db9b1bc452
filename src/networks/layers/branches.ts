import type { AnyLayer, HoldingKind } from './kind'
import { optional, required, withoutBatchNorm } from './options'
import { same, show } from './shape'

/** The outputs of several lists of layers on the same input, one behind the other along the channels. */
export interface BranchesLayer<Inner> {
  /** Branches on one input. */
  readonly kind: 'branches'
  /** Unique in the network; letters, digits, - and _. */
  readonly name: string
  /** Two lists of layers or more, whose outputs have the same height and width. */
  readonly branches: readonly (readonly Inner[])[]
}

/** The row for branches of `Inner`, which are the layers of all kinds. */
export function branches<Inner extends AnyLayer>(): HoldingKind<BranchesLayer<Inner>, Inner> {
  return {
    stem: 'branches',
    options: { branches: required(optional('a list of lists of layers', Array.isArray)) },
    canonical: withoutBatchNorm,
    shapeAfter({ name, branches }, input, { afterAll, fail }) {
      const shapes = branches.map((branch) => afterAll(branch, input))
      const rest = shapes[0]!.slice(0, -1)
      if (!shapes.every((shape) => same(shape.slice(0, -1), rest) && shape.length === shapes[0]!.length)) {
        fail(
          `the branches of "${name}" end in ${shapes.map(show).join(', ')}, and must not differ but in ` +
            "the last number, the channels: give them the same strides, and windows with padding 'same'.",
        )
      }
      return [...rest, shapes.reduce((channels, shape) => channels + shape.at(-1)!, 0)]
    },
    parameters: ({ branches }, input, { all }) => branches.flatMap((branch) => all(branch, input)),
    lower({ name, branches }, input, { tape, all }) {
      const inputs = branches.map((branch) => all(branch, input))
      const output = `${name}/branches`
      tape.append({ op: 'concatenate', inputs, output })
      return output
    },
    words: () => ['branches'],
    inside: {
      lists: ({ branches }) => branches.map((layers, index) => ({ layers, mark: `${index + 1}) ` })),
      written: ({ branches }) => (Array.isArray(branches) ? (branches as readonly unknown[]) : []),
      completed({ branches }, _, { all }) {
        if (!Array.isArray(branches)) return {}
        const complete = (branch: unknown): unknown => (Array.isArray(branch) ? all(branch) : branch)
        return { branches: branches.map(complete) }
      },
      check({ name, branches }, { all, fail }) {
        if (branches.length < 2 || !branches.every(Array.isArray)) {
          fail(`layer "${name}" needs two branches or more, each of them a list of layers.`)
        }
        for (const branch of branches) all(branch)
      },
      changed: (layer, { all }) => ({ ...layer, branches: layer.branches.map(all) }),
    },
  }
}
