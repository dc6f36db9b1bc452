import type { Overlap } from '../../src/training/overlap'
import type { MaskMatrix, MaskSummary } from './analysis'
import type { MaskPicture } from './messages'

/** The texts of the panel, apart from the page so that they can be tested. */

const count = (value: number) => value.toLocaleString('en')

/** Such as `20.5%`; exact 0 and 100 stay bare, others never round to them. */
export function percentText(part: number, whole: number): string {
  if (whole === 0 || part === whole) return '100%'
  if (part === 0) return '0%'
  const value = (100 * part) / whole
  return `${value >= 10 ? Math.min(value, 99.9).toFixed(1) : Math.max(value, 0.01).toFixed(2)}%`
}

/** The figures in the table beside the picture. */
export function figures(summary: MaskSummary, matrix: MaskMatrix): readonly (readonly [string, string])[] {
  const { kept, pruned, total } = summary
  return [
    ['Kept', `${count(kept)} (${percentText(kept, total)})`],
    ['Pruned', `${count(pruned)} (${percentText(pruned, total)})`],
    ['Total', `${count(total)} = ${count(matrix.inputs)} inputs × ${count(matrix.units)} units`],
    ['Kept per unit', `${count(summary.fewestPerUnit)} to ${count(summary.mostPerUnit)}`],
    ['Units cut off', count(summary.unitsCutOff)],
    ['Inputs cut off', count(summary.inputsCutOff)],
  ]
}

/** The figures of a comparison; what chance would give is for masks that keep as many weights in random places. */
export function comparisonFigures({
  total,
  kept: [here, there],
  both,
  union,
  chance,
}: Overlap): readonly (readonly [string, string])[] {
  const shares = (value: number): string => value.toFixed(3)
  return [
    ['Kept by both', `${count(both)} (${percentText(both, total)})`],
    ['Only here', count(here - both)],
    ['Only there', count(there - both)],
    ['By neither', count(total - here - there + both)],
    ['Both, by chance', `${count(Math.round(chance.both))} ± ${count(Math.ceil(chance.deviation))}`],
    ['Intersection over union', shares(union)],
    ['The same, by chance', shares(chance.union)],
  ]
}

/** What is under the cursor in the picture of the mask: a column is an input, a row a unit. */
export function weightText(
  matrix: MaskMatrix,
  cell: { readonly x: number; readonly y: number },
  { image, other }: Pick<MaskPicture, 'image' | 'other'>,
): string {
  const at = cell.x * matrix.units + cell.y
  const kept = matrix.data[at] === 1
  const pixel = image
    ? ` (pixel row ${Math.floor(cell.x / image.width)}, column ${cell.x % image.width})`
    : ''
  return `Input ${cell.x}${pixel} to unit ${cell.y}: ${keptText(kept, other && other.mask[at] === 1)}`
}

/** @param there what the other mask does, of a comparison */
function keptText(here: boolean, there: boolean | undefined): string {
  if (there === undefined) return here ? 'kept' : 'pruned'
  if (here === there) return here ? 'kept by both' : 'kept by neither'
  return here ? 'kept only here' : 'kept only there'
}

/** What is under the cursor in the map of the pixels. */
export function pixelText(
  counts: Uint32Array,
  units: number,
  cell: { readonly x: number; readonly y: number },
  width: number,
): string {
  const kept = counts[cell.y * width + cell.x] ?? 0
  return `Pixel row ${cell.y}, column ${cell.x}: ${count(kept)} of ${count(units)} weights kept`
}

/** The picture in words, for screen readers. */
export function pictureText(picture: MaskPicture, summary: MaskSummary, overlap?: Overlap): string {
  const compared =
    picture.other && overlap ? `, ${count(overlap.both)} of them by ${picture.other.name}, too` : ''
  return (
    `Mask of ${picture.parameter} at level ${picture.level}: ${count(summary.kept)} of ${count(summary.total)} ` +
    `weights kept${compared}. Arrow keys move the cursor, plus and minus zoom, 0 fits.`
  )
}

/** The name under which the image is saved. */
export function imageName(picture: MaskPicture): string {
  const parts = [
    picture.experiment,
    picture.parameter,
    `level ${picture.level}`,
    `replicate ${picture.replicate}`,
    ...(picture.other ? ['and', picture.other.name] : []),
  ]
  return `${parts
    .join('-')
    .replace(/[^\w.-]+/g, '-')
    .replace(/-+/g, '-')}.png`
}
