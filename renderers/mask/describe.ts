import type { Overlap } from '../../src/training/overlap'
import { rangeOf, type MaskMatrix, type MaskSummary } from './analysis'
import { isConvolution } from './layout'
import type { DiedMap, LayerChoice, LayerOverlap, MaskImage, MaskPicture, PruningCounts } from './messages'

/** The texts of the panel, apart from the page so that they can be tested. */

const count = (value: number) => value.toLocaleString('en')

/** Such as `20.5%`; exact 0 and 100 stay bare, others never round to them. */
export function percentText(part: number, whole: number): string {
  if (whole === 0 || part === whole) return '100%'
  if (part === 0) return '0%'
  const value = (100 * part) / whole
  return `${value >= 10 ? Math.min(value, 99.9).toFixed(1) : Math.max(value, 0.01).toFixed(2)}%`
}

/** A layer to go to: `conv1/weights, 25.0% kept`. */
export function layerText({ parameter, kept, total }: LayerChoice): string {
  return `${parameter}, ${kept === undefined ? 'not pruned yet' : `${percentText(kept, total)} kept`}`
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

/**
 * What is under the cursor in a picture of weights.
 * @param at the weight's index
 */
export function weightText(
  { shape, mask, image, other }: Pick<MaskPicture, 'shape' | 'mask' | 'image' | 'other'>,
  at: number,
): string {
  return `${placeText(shape, at, image)}: ${keptText(mask[at] === 1, other && other.mask[at] === 1)}`
}

/** Which weight it is: of a convolution, the filter, the channel, and the place in the window. */
export function placeText(shape: readonly number[], at: number, image?: MaskImage): string {
  const units = shape.at(-1)!
  const unit = at % units
  const input = Math.floor(at / units)
  if (isConvolution(shape)) {
    const [, wide, channels] = shape as [number, number, number, number]
    const place = Math.floor(input / channels)
    return `Filter ${unit}, channel ${input % channels}, row ${Math.floor(place / wide)}, column ${place % wide}`
  }
  const channels = image?.channels ?? 1
  const pixel = Math.floor(input / channels)
  const colour = channels > 1 ? `, channel ${input % channels}` : ''
  const where = image
    ? ` (pixel row ${Math.floor(pixel / image.width)}, column ${pixel % image.width}${colour})`
    : ''
  return `Input ${input}${where} to unit ${unit}`
}

/** @param there what the other mask does, of a comparison */
function keptText(here: boolean, there: boolean | undefined): string {
  if (there === undefined) return here ? 'kept' : 'pruned'
  if (here === there) return here ? 'kept by both' : 'kept by neither'
  return here ? 'kept only here' : 'kept only there'
}

/**
 * What is under the cursor in the map of the pixels.
 * @param all how many weights the pixel has without a mask
 */
export function pixelText(
  counts: Uint32Array,
  all: number,
  cell: { readonly x: number; readonly y: number },
  width: number,
): string {
  const kept = counts[cell.y * width + cell.x] ?? 0
  return `Pixel row ${cell.y}, column ${cell.x}: ${count(kept)} of ${count(all)} weights kept`
}

/** The picture in words, for screen readers. */
export function pictureText(
  picture: Omit<MaskPicture, 'mask'>,
  summary: MaskSummary,
  overlap?: Overlap,
): string {
  const compared =
    picture.other && overlap ? `, ${count(overlap.both)} of them by ${picture.other.name}, too` : ''
  return (
    `Mask of ${picture.parameter} at level ${picture.level}: ${count(summary.kept)} of ${count(summary.total)} ` +
    `weights kept${compared}. ${keysText}`
  )
}

const keysText = 'Arrow keys move the cursor, plus and minus zoom, 0 fits.'

const matrixNote = 'One pixel per weight: columns are inputs, rows are output units.'
const filtersNote =
  'A tile for each filter and input channel, one pixel per weight: rows are filters, which make the output channels, ' +
  'columns are input channels.'
/**
 * What the picture of a mask shows.
 * @param beside the name of the mask on the right, where two are shown side by side
 */
export function maskNote(view: string, beside: string | undefined): string {
  const note = view === 'filters' ? filtersNote : matrixNote
  return beside === undefined ? note : `${note} On the left this mask, on the right ${beside}.`
}

export const unitsNote =
  'How many weights each unit keeps of those that come in, and each input of those that go out.'

/** The map of the pixels in words. */
export function mapText({ parameter, level, image }: MaskPicture, kept: Uint32Array): string {
  const { fewest, most } = rangeOf(kept)
  const { height, width } = image!
  return (
    `Map of the image that ${parameter} looks at, level ${level}: ${height} rows of ${width} pixels, of which each keeps ` +
    `${count(fewest)} to ${count(most)} weights. ${keysText}`
  )
}

/** What a map counts, of images that have channels or that a window slides over. */
export function mapNote({ channels = 1, windows }: MaskImage): string {
  const parts = [
    'The colour of a pixel of the image is how many weights that look at it are kept',
    channels > 1 ? `, those of all ${channels} channels together` : '',
    windows
      ? '. A weight of a convolution counts for every place of its window from which it sees the pixel'
      : '',
  ]
  return `${parts.join('')}.`
}

/** Degrees in words: `300 units: 0 to 412 weights kept, median 120, mean 118.4; 3 keep none`. */
export function degreesText(what: string, counts: Uint32Array): string {
  const sorted = Uint32Array.from(counts).sort()
  const middle = (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2
  const mean = counts.reduce((sum, value) => sum + value, 0) / counts.length
  const none = counts.filter((value) => value === 0).length
  return (
    `${count(counts.length)} ${what}: ${count(sorted[0]!)} to ${count(sorted.at(-1)!)} weights kept, median ${count(middle)}, ` +
    `mean ${mean.toFixed(1)}; ${none === 0 ? 'none is dead' : `${count(none)} dead, without any`}`
  )
}

/** What is under the cursor among the bars of the units. */
export function degreeText(what: string, index: number, kept: number, all: number): string {
  return `${what} ${index}: ${count(kept)} of ${count(all)} weights kept`
}

/** What the slider says of a level: how many died there, and how many are left after it. */
export function levelText({ died, levels }: DiedMap, at: number): string {
  let [here, left] = [0, 0]
  for (const level of died) {
    if (level === at + 1) here++
    else if (level === 0 || level > at + 1) left++
  }
  return `Level ${levels[at]!}: ${count(here)} died, ${count(left)} of ${count(died.length)} left`
}

/** The heat map in words. */
export function diedText(parameter: string, map: DiedMap, at: number): string {
  return `When the weights of ${parameter} died. ${levelText(map, at)}. ${keysText}`
}

/** What has to be known to read the heat map. */
export function diedNote({ levels, returned }: DiedMap): string {
  if (levels.length === 0) return 'No level has pruned anything yet: this map grows with the levels.'
  const nested =
    returned === 0
      ? ''
      : ` The masks are not nested: ${count(returned)} weights are kept again by a later level. What is drawn is the first level ` +
        'without a weight.'
  return `The colour of a weight is the first level without it.${nested}`
}

/** What is under the cursor in the heat map. */
export function diedWeightText(
  { shape, image }: Pick<MaskPicture, 'shape' | 'image'>,
  { died, levels }: DiedMap,
  at: number,
): string {
  const level = died[at]!
  const fate = level === 0 ? `left at level ${levels.at(-1)!}` : `died at level ${levels[level - 1]!}`
  return `${placeText(shape, at, image)}: ${fate}`
}

const magnitude = (value: number): string => String(Number(value.toPrecision(3)))

/** The histogram in words. */
export function weightsText(parameter: string, { stayed, went, edges }: PruningCounts): string {
  const sum = (counts: readonly number[]): number => counts.reduce((before, one) => before + one, 0)
  return (
    `Magnitudes of the weights of ${parameter} from ${magnitude(edges[0]!)} to ${magnitude(edges.at(-1)!)}: ` +
    `${count(sum(stayed))} stayed, ${count(sum(went))} went. Left and right arrow move from bin to bin.`
  )
}

/** A bin under the cursor, or a row of the table. */
export function binCells({ edges, stayed, went }: PruningCounts, bin: number): readonly string[] {
  const range = `${magnitude(edges[bin]!)} to ${magnitude(edges[bin + 1]!)}`
  return [range, count(stayed[bin]!), count(went[bin]!)]
}

/** The rows of the comparison of all layers. */
export function overlapCells({ parameter, both, union, chance }: LayerOverlap): readonly string[] {
  return [parameter.replace(/\/weights$/, ''), count(both), union.toFixed(3), chance.toFixed(3)]
}

/**
 * The name under which the image is saved.
 * @param view named where it is not the usual one
 */
export function imageName(picture: MaskPicture, view?: string): string {
  const parts = [
    picture.experiment,
    picture.parameter,
    `level ${picture.level}`,
    `replicate ${picture.replicate}`,
    ...(view === undefined || view === 'matrix' ? [] : [view]),
    ...(picture.other ? ['and', picture.other.name] : []),
  ]
  return `${parts
    .join('-')
    .replace(/[^\w.-]+/g, '-')
    .replace(/-+/g, '-')}.png`
}
