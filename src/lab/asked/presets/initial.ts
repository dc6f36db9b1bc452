import type { Setup } from '../../../experiments/setup'
import type { Network } from '../../../networks/network'
import { parametersOf } from '../../../networks/parameters'
import { badInput } from '../../../support/errors'
import { nameIn, type Checks } from '../../../support/options'
import { show } from '../../../support/show'
import { usualInitializer, type BatchNormScale, type Initializer } from '../../../tasks/tasks'
import { initializers } from '../../../training/initializers/all'

/** What networks begin as. */
export interface InitialOptions {
  /**
   * The distribution of initial weights: `'glorot'`, normal with variance 2 / (fan in + fan out) (Frankle & Carbin 2019,
   * fig. 2); `'kaiming-normal'` and `'kaiming-uniform'`, with variance 2 / fan in (He et al. 2015), as `torch.nn.init` has
   * them by default; or `'orthogonal'` (Saxe et al. 2014). By default the preset's: `'glorot'`, and
   * in those of Frankle et al. 2020, whose names end in `-instability`, `'kaiming-normal'`, as their code has it. Biases begin at 0. With the same seed, `'glorot'` and `'kaiming-normal'` draw the same numbers, of another width.
   */
  readonly init?: Initializer
  /**
   * What the scales of batch norm begin as: 1, or `'uniform'` in [0, 1). By default the preset's: 1, and in those of Frankle
   * et al. 2020 `'uniform'`, as their code has it. Only for networks with batch norm.
   */
  readonly batchNormScale?: BatchNormScale
}

/** One check for each option. */
export const initialChecks: Checks<InitialOptions> = {
  init: nameIn(initializers, 'init'),
  batchNormScale(value, name) {
    if (value === 1 || value === 'uniform') return value
    throw badInput(`${name} to be 1 or 'uniform'`, show(value))
  },
}

/** What of a setup says how its networks begin; defaults, and scales of networks without any, are left out. */
export function initialOf(
  network: Network,
  given: InitialOptions,
  standard: InitialOptions,
): Pick<Setup, 'init' | 'batchNormScale'> {
  const hasScales = parametersOf(network).some(({ role }) => role === 'scale')
  if (given.batchNormScale === 'uniform' && !hasScales) {
    throw badInput(
      'batchNormScale for networks with batch norm only',
      `'uniform' with ${network.name}, which has none`,
    )
  }
  const { init = usualInitializer, batchNormScale = 1 } = { ...standard, ...given }
  return {
    ...(init === usualInitializer ? {} : { init }),
    ...(batchNormScale === 1 || !hasScales ? {} : { batchNormScale }),
  }
}
