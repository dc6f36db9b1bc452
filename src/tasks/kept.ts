/** What a mask keeps, as far as the description of an experiment says: known before anything is trained. */
export type Counts = LayerCounts | TotalCount

/** Weights to keep, by parameter name. */
export type LayerCounts = Readonly<Record<string, number>>

/** Weights to keep of several parameters that are ranked together; how many of each is known once they are pruned. */
export interface TotalCount {
  /** Weights to keep, all of the parameters together. */
  readonly total: number
  /** Names of the parameters. */
  readonly among: readonly string[]
}
