import { percentText } from '../../support/quantities'
import type { LayerKind } from './kind'
import { optional, required, withoutBatchNorm } from './options'

/** Dropout: in training only. */
export interface DropoutLayer {
  /** Sets values to zero at random while training, and scales up the others. */
  readonly kind: 'dropout'
  /** Unique in the network; letters, digits, - and _. */
  readonly name: string
  /** Fraction that is dropped, in (0, 1). */
  readonly rate: number
}

export const dropout: LayerKind<DropoutLayer> = {
  stem: 'dropout',
  options: {
    rate: required(
      optional('a fraction between 0 and 1', (rate) => typeof rate === 'number' && rate > 0 && rate < 1),
    ),
  },
  canonical: withoutBatchNorm,
  shapeAfter: (_, input) => input,
  parameters: () => [],
  lower({ name, rate }, input, { tape, training }) {
    if (!training) return input
    const output = `${name}/dropped`
    const stream = tape.primitives.filter(({ op }) => op === 'dropout').length
    tape.append({ op: 'dropout', input, rate, stream, output, kept: `${name}/kept` })
    return output
  },
  words: ({ rate }) => [`dropout of ${percentText(rate)}`],
  random: true,
}
