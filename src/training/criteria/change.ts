import type { CriterionKind } from './criterion'

/**
 * A criterion of "Deconstructing lottery tickets" (Zhou et al. 2019, section 4): weights are scored each by itself, from what
 * it has become and what it was at initialization.
 * @param name what plots call the networks that it has pruned
 */
export function byChange(name: string, score: (final: number, initial: number) => number): CriterionKind {
  return {
    networks: { imp: name, 'one-shot': `one-shot, ${name}` },
    isControl: false,
    iterative: true,
    atOnce: 'trained',
    ranksTogether: false,
    ranking: {
      by: 'change',
      valuesOf: (weights, initial) => weights.map((final, at) => score(final, initial[at]!)),
    },
  }
}
