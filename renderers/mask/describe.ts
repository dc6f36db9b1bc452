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

/** What is under the cursor in the picture of the mask: a column is an input, a row a unit. */
export function weightText(
  matrix: MaskMatrix,
  cell: { readonly x: number; readonly y: number },
  image: MaskPicture['image'],
): string {
  const kept = matrix.data[cell.x * matrix.units + cell.y] === 1
  const pixel = image
    ? ` (pixel row ${Math.floor(cell.x / image.width)}, column ${cell.x % image.width})`
    : ''
  return `Input ${cell.x}${pixel} to unit ${cell.y}: ${kept ? 'kept' : 'pruned'}`
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
export function pictureText(picture: MaskPicture, summary: MaskSummary): string {
  return (
    `Mask of ${picture.parameter} at level ${picture.level}: ${count(summary.kept)} of ${count(summary.total)} ` +
    `weights kept. Arrow keys move the cursor, plus and minus zoom, 0 fits.`
  )
}

/** The name under which the image is saved. */
export function imageName(picture: MaskPicture): string {
  const parts = [
    picture.experiment,
    picture.parameter,
    `level ${picture.level}`,
    `replicate ${picture.replicate}`,
  ]
  return `${parts
    .join('-')
    .replace(/[^\w.-]+/g, '-')
    .replace(/-+/g, '-')}.png`
}
