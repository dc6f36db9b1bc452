import type { Masks, Tensors } from '../support/tensor'

/** How like each other the weights of two networks are, of one layer or of all. */
export interface Likeness {
  /** Weights that both masks keep: what the rest is about. */
  readonly weights: number
  /** Euclidean distance. */
  readonly l2: number
  /** Cosine of the angle between the two, as seen from zero; `NaN` where all weights of one are zero. */
  readonly cosine: number
  /** Fraction of weights whose sign is the same, in [0, 1]; `NaN` without weights. */
  readonly sameSign: number
}

interface Sums {
  readonly weights: number
  readonly squared: number
  readonly product: number
  readonly norms: readonly [number, number]
  readonly same: number
}

/**
 * The weights that both masks keep, layer by layer and in all.
 * @param names of the parameters that are compared, which both networks have
 */
export function likenessOf(
  names: readonly string[],
  [one, other]: readonly [Tensors, Tensors],
  [mask, otherMask]: readonly [Masks, Masks],
): { readonly layers: Readonly<Record<string, Likeness>>; readonly all: Likeness } {
  const sums = names.map((name): Sums => {
    const [a, b] = [one[name]!.data, other[name]!.data]
    const [kept, otherKept] = [mask[name]?.data, otherMask[name]?.data]
    let [weights, squared, product, mine, its, same] = [0, 0, 0, 0, 0, 0]
    for (let i = 0; i < a.length; i++) {
      if (kept?.[i] === 0 || otherKept?.[i] === 0) continue
      const [first, second] = [a[i]!, b[i]!]
      weights++
      squared += (first - second) ** 2
      product += first * second
      mine += first * first
      its += second * second
      if (Math.sign(first) === Math.sign(second)) same++
    }
    return { weights, squared, product, norms: [mine, its], same }
  })
  const total = (of: (one: Sums) => number): number => sums.reduce((before, one) => before + of(one), 0)
  return {
    layers: Object.fromEntries(names.map((name, at) => [name, likenessFrom(sums[at]!)])),
    all: likenessFrom({
      weights: total(({ weights }) => weights),
      squared: total(({ squared }) => squared),
      product: total(({ product }) => product),
      norms: [total(({ norms }) => norms[0]), total(({ norms }) => norms[1])],
      same: total(({ same }) => same),
    }),
  }
}

function likenessFrom({ weights, squared, product, norms, same }: Sums): Likeness {
  return {
    weights,
    l2: Math.sqrt(squared),
    cosine: product / Math.sqrt(norms[0] * norms[1]),
    sameSign: same / weights,
  }
}
