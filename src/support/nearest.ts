import { distance } from 'fastest-levenshtein'

/** The one of `names` that a misspelled `name` was probably meant to be; undefined where none is like it. */
export function nearest(name: unknown, names: readonly string[]): string | undefined {
  if (typeof name !== 'string') return undefined
  const [first] = names
    .map((candidate) => ({ candidate, far: farness(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, far }) => far <= Math.max(2, candidate.length / 2))
    .sort((one, other) => one.far - other.far)
  return first?.candidate
}

/** Part of a name, such as `conv` of `convolution`, is as near as one wrong letter. */
function farness(name: string, candidate: string): number {
  return name.length > 2 && candidate.includes(name) ? 1 : distance(name, candidate)
}
