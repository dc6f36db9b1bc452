import type { AxisPart, Symmetries } from '../networks/symmetries'
import type { Mask, Tensor } from '../support/tensor'

/** For each group of units, which of them is put into each place: place i has the unit that was at `[group][i]`. */
export type Permutations = readonly Uint32Array[]

/** Every unit where it is. */
export function identities({ groups }: Symmetries): Uint32Array[] {
  return groups.map(({ size }) => Uint32Array.from({ length: size }, (_, unit) => unit))
}

/** Where what is at each place of an axis comes from. */
export function sourcesOf(parts: readonly AxisPart[], permutations: Permutations): Uint32Array {
  const sources = new Uint32Array(parts.reduce((sum, { size }) => sum + size, 0))
  let from = 0
  for (const { size, group } of parts) {
    const order = group === undefined ? undefined : permutations[group]!
    for (let unit = 0; unit < size; unit++) sources[from + unit] = from + (order ? order[unit]! : unit)
    from += size
  }
  return sources
}

/**
 * Tensors or masks of a network whose units are in another order: it computes the same.
 * @param all by parameter name; each parameter of its own, so that masks of some are enough
 */
export function permuted<Kind extends Tensor | Mask>(
  { axes }: Symmetries,
  permutations: Permutations,
  all: Readonly<Record<string, Kind>>,
): Readonly<Record<string, Kind>> {
  return Object.fromEntries(
    Object.entries(all).map(([name, tensor]): [string, Kind] => {
      const { outer, ...parts } = axes.get(name)!
      const rows = sourcesOf(parts.rows, permutations)
      const columns = sourcesOf(parts.columns, permutations)
      const data = tensor.data.slice()
      let to = 0
      for (let matrix = 0; matrix < outer; matrix++) {
        for (const row of rows) {
          const from = (matrix * rows.length + row) * columns.length
          for (const column of columns) data[to++] = tensor.data[from + column]!
        }
      }
      return [name, { ...tensor, data }]
    }),
  )
}
