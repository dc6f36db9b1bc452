import { binomialQuantile } from '../support/distributions'
import { withoutNoise } from './spread'

/** What is known of the test split for telling a trained network from guessing. */
export interface TestClasses {
  /** How many classes there are. */
  readonly classes: number
  /** Test examples; absent where they are not known. */
  readonly testCount?: number
  /** Test examples of the class that has most of them; absent where that is not known. */
  readonly largestTestClass?: number
}

/** What guessing reaches. Accuracies are fractions in [0, 1]. */
export interface Chance extends TestClasses {
  /** Of always giving the most common class of the test split where class shares are known, otherwise 1 / classes. */
  readonly accuracy: number
  /**
   * A network with at most this accuracy cannot be told from guessing: guesses that are right with the probability
   * `accuracy`, each by itself, are not above it in 97.5% of test splits of this size.
   */
  readonly bound: number
}

/** @see Chance */
export function chanceOf(known: TestClasses): Chance {
  const { classes, testCount, largestTestClass } = known
  const shares = testCount !== undefined && largestTestClass !== undefined
  const accuracy = shares ? largestTestClass / testCount : 1 / classes
  const bound = testCount === undefined ? accuracy : binomialQuantile(0.975, testCount, accuracy) / testCount
  return {
    classes,
    ...(testCount === undefined ? {} : { testCount }),
    ...(largestTestClass === undefined ? {} : { largestTestClass }),
    accuracy,
    bound: Math.max(accuracy, bound),
  }
}

/** Whether a network of this accuracy, in [0, 1], has learned nothing that helps on the test split. */
export function isAtChance(accuracy: number, chance: Chance | undefined): boolean {
  return chance !== undefined && withoutNoise(accuracy) <= withoutNoise(chance.bound)
}
