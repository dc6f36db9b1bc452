import type { Setup } from '../../../experiments/setup'
import { badInput } from '../../../support/errors'
import { trueOrFalse, wholeNumber, type Checks } from '../../../support/options'
import type { Recipe } from '../../../tasks/recipe'

/** In which order examples are visited. */
export interface OrderOptions {
  /**
   * Seed of the order of examples in the first replicate, a whole number from 0; the others count up. By default `seed`,
   * so that replicates differ in both weights and orders.
   */
  readonly orderSeed?: number
  /**
   * Seed of the random changes of images in the first replicate, a whole number from 0; the others count up. All trainings
   * of a replicate then see the same changes in the same steps, copies of `lab.instability` too: their noise is that of the
   * order alone. By default changes follow from the order's seed. Only with augmentation.
   */
  readonly augmentationSeed?: number
  /**
   * Whether every training has an order of examples of its own, as in both papers: each level, each control, and each copy
   * of `lab.instability`. Otherwise all trainings of a replicate share one, and differences between them are not those of
   * orders. By default true in the presets of instability (Frankle et al. 2020), false in the others.
   */
  readonly freshOrders?: boolean
}

/** One check for each option. */
export const orderChecks: Checks<OrderOptions> = {
  orderSeed: wholeNumber(0),
  augmentationSeed: wholeNumber(0),
  freshOrders: trueOrFalse,
}

/** What of a setup says in which order examples are visited; defaults are left out. */
export function ordersOf(
  { orderSeed, augmentationSeed, freshOrders }: OrderOptions,
  standard: OrderOptions,
  { seed, replicates }: Pick<Setup, 'seed' | 'replicates'>,
  { augmentation }: Recipe,
): Pick<Setup, 'orderSeed' | 'augmentationSeed' | 'freshOrders'> {
  for (const [name, first] of Object.entries({ seed, orderSeed, augmentationSeed })) {
    if (first === undefined || Number.isSafeInteger(first + (replicates - 1))) continue
    // Beyond, neighbours are the same number, and so would be replicates.
    throw badInput(
      `the ${name} of the last replicate (${name} + replicates - 1) to be at most ${Number.MAX_SAFE_INTEGER}`,
      `${name} ${first} with ${replicates} replicates`,
      'Choose a smaller seed.',
    )
  }
  if (augmentationSeed !== undefined && !augmentation) {
    throw badInput('augmentationSeed with augmentation only', `${augmentationSeed}, and no augmentation`)
  }
  return {
    ...(orderSeed === undefined || orderSeed === seed ? {} : { orderSeed }),
    ...(augmentationSeed === undefined ? {} : { augmentationSeed }),
    ...((freshOrders ?? standard.freshOrders) ? { freshOrders: true } : {}),
  }
}
