/** What is used of jstat, which comes without types. */
declare module 'jstat' {
  export const jStat: {
    readonly studentt: {
      /** Quantile of Student's t distribution. */
      inv(probability: number, degreesOfFreedom: number): number
    }
    readonly binomial: {
      /** Probability of at most `successes`. */
      cdf(successes: number, trials: number, probability: number): number
    }
  }
}
