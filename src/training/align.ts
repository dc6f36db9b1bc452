import { linearSumAssignment } from 'linear-sum-assignment'
import type { Symmetries } from '../networks/symmetries'
import { permutation, randomStream } from '../support/random'
import type { Tensors } from '../support/tensor'
import { identities, permuted, sourcesOf, type Permutations } from './permute'

/** How the units of one network correspond to those of another. */
export interface Alignment {
  /** Which unit of the network is put into each place. */
  readonly permutations: Permutations
  /** The inner product of all weights with those of the other, first as they are and then after each change; never falls. */
  readonly products: readonly number[]
  /** Assignments that were solved. */
  readonly solved: number
}

/**
 * Weight matching (Ainsworth, Hayase & Srinivasa 2023, section 3.2, algorithm 1): orders of a network's units by which the inner
 * product of its weights with another's is large. Group by group, in a random order, the best permutation is a linear
 * assignment while the others stay; until no group has a better one. The best of all orders is NP-hard to find.
 *
 * A generator, which yields after each assignment how many groups are still to be looked at.
 * @param weights of the network, and of the other, the same parameters: those that training changes, under their masks
 * @param seed of the order of groups
 */
export function* weightMatching(
  symmetries: Symmetries,
  weights: Tensors,
  other: Tensors,
  seed: number,
): Generator<number, Alignment> {
  const { groups } = symmetries
  const neighbours = neighboursOf(symmetries)
  const permutations = identities(symmetries)
  const products = [innerProduct(weights, other)]
  let open = new Set(groups.keys())
  let solved = 0
  for (let round = 0; open.size > 0; round++) {
    const order = permutation(groups.length, randomStream(seed, 'align', round))
    for (const group of order.filter((one) => open.has(one))) {
      open.delete(group)
      const mine = withUnits(symmetries, group, weights)
      const found = assigned(similarities(symmetries, permutations, group, mine, other), groups[group]!.size)
      solved++
      const [before, after] = [permutations, permutations.with(group, found)].map((all) =>
        innerProduct(permuted(symmetries, all, mine), other),
      )
      // Rounding may make one of two equally good orders better, again and again. And where what units make goes into them
      // again, as in a block of one layer, the assignment takes one of both as it is, and may be worse.
      const gain = after! - before!
      if (gain > 1e-12 * (Math.abs(before!) + Math.abs(after!))) {
        permutations[group] = found
        products.push(products.at(-1)! + gain)
        open = new Set([...open, ...neighbours[group]!])
      }
      yield open.size
    }
  }
  return { permutations, products, solved }
}

/** The parameters that have units of a group along an axis. */
function withUnits({ axes }: Symmetries, group: number, weights: Tensors): Tensors {
  return Object.fromEntries(
    Object.entries(weights).filter(([name]) => {
      const { rows, columns } = axes.get(name)!
      return [...rows, ...columns].some((part) => part.group === group)
    }),
  )
}

/** Groups whose best order depends on that of each group: those that it shares a parameter with. */
function neighboursOf({ groups, axes }: Symmetries): readonly ReadonlySet<number>[] {
  const neighbours = groups.map(() => new Set<number>())
  for (const { rows, columns } of axes.values()) {
    const [before, after] = [rows, columns].map((parts) => parts.flatMap(({ group }) => group ?? []))
    for (const one of before!) {
      for (const next of after!) {
        neighbours[one]!.add(next)
        neighbours[next]!.add(one)
      }
    }
  }
  return neighbours
}

/**
 * Of each unit of the other network with each unit of this one, the inner product of all their weights, those on the other side
 * of which are ordered as they are now; `[places, units]`.
 */
function similarities(
  { groups, axes }: Symmetries,
  permutations: Permutations,
  group: number,
  weights: Tensors,
  other: Tensors,
): Float64Array {
  const { size } = groups[group]!
  const sums = rankOneSums(size)
  for (const [name, { data: mine }] of Object.entries(weights)) {
    const its = other[name]!.data
    const { outer, rows, columns } = axes.get(name)!
    const [rowSources, columnSources] = [rows, columns].map((parts) => sourcesOf(parts, permutations))
    const [height, width] = [rowSources!.length, columnSources!.length]
    const at = (matrix: number, row: number, column: number): number =>
      (matrix * height + row) * width + column
    let from = 0
    for (const part of columns) {
      if (part.group === group) {
        for (let matrix = 0; matrix < outer; matrix++) {
          for (let row = 0; row < height; row++) {
            sums.add(its, at(matrix, row, from), mine, at(matrix, rowSources![row]!, from), 1)
          }
        }
      }
      from += part.size
    }
    from = 0
    for (const part of rows) {
      if (part.group === group) {
        for (let matrix = 0; matrix < outer; matrix++) {
          for (let column = 0; column < width; column++) {
            sums.add(its, at(matrix, from, column), mine, at(matrix, from, columnSources![column]!), width)
          }
        }
      }
      from += part.size
    }
  }
  return sums.end()
}

/** Sums of outer products of two lists, in double precision. Four are added at once: that reads and writes the sums less often. */
function rankOneSums(size: number): {
  add(one: Float32Array, from: number, other: Float32Array, otherFrom: number, stride: number): void
  end(): Float64Array
} {
  const sums = new Float64Array(size * size)
  const [left, right] = [new Float64Array(4 * size), new Float64Array(4 * size)]
  let held = 0
  const addHeld = (): void => {
    for (let i = 0; i < size; i++) {
      const [a, b, c, d] = [left[i]!, left[size + i]!, left[2 * size + i]!, left[3 * size + i]!]
      // Most weights of sparse networks are zeros.
      if (a === 0 && b === 0 && c === 0 && d === 0) continue
      for (let j = 0; j < size; j++) {
        sums[i * size + j]! +=
          a * right[j]! + b * right[size + j]! + c * right[2 * size + j]! + d * right[3 * size + j]!
      }
    }
    held = 0
    left.fill(0)
  }
  return {
    add(one, from, other, otherFrom, stride) {
      const begin = held * size
      for (let i = 0; i < size; i++) {
        left[begin + i] = one[from + i * stride]!
        right[begin + i] = other[otherFrom + i * stride]!
      }
      if (++held === 4) addHeld()
    },
    end() {
      if (held > 0) addHeld()
      return sums
    },
  }
}

/** For each row the column that it gets, each column once, so that the sum of what is chosen is largest. */
function assigned(values: Float64Array, size: number): Uint32Array {
  const rows = Array.from({ length: size }, (_, row) => values.subarray(row * size, (row + 1) * size))
  return Uint32Array.from(linearSumAssignment(rows, { maximaze: true }).rowAssignments)
}

/** The sum of all products of numbers at the same places, in double precision. */
export function innerProduct(one: Tensors, other: Tensors): number {
  let sum = 0
  for (const [name, { data }] of Object.entries(one)) {
    const { data: its } = other[name]!
    for (let i = 0; i < data.length; i++) sum += data[i]! * its[i]!
  }
  return sum
}
