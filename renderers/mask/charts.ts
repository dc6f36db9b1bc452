import { createBarView } from './bar-view'
import { blobOf } from './canvas'
import { binCells, degreesText, degreeText, weightsText } from './describe'
import { isConvolution, mostFirst } from './layout'
import type { PruningCounts } from './messages'
import { element, tableIn, text } from './page'
import { cssText, type MaskColours } from './colours'

/** The two charts of the page. */
export interface Charts {
  showWeights(parameter: string, counts: PruningCounts): void
  showUnits(units: Units): void
  /** What is drawn, as PNG. */
  png(): Promise<Blob>
}

/** How many weights units keep. */
export interface Units {
  readonly shape: readonly number[]
  readonly perUnit: Uint32Array
  /** Of each input, or of each input channel of a convolution. */
  readonly perChannel: Uint32Array
  /** By what is left, in place of as they are. */
  readonly isSorted: boolean
}

/** @param onText what is said of the bar under the cursor */
export function createCharts(colours: () => MaskColours, onText: (words: string) => void): Charts {
  const canvases = [element('bars-1', HTMLCanvasElement), element('bars-2', HTMLCanvasElement)] as const
  const texts: ((bar: number) => string)[] = []
  const views = canvases.map((canvas, at) =>
    createBarView(canvas, {
      onBar: (bar) => onText(bar === undefined ? '' : (texts[at]?.(bar) ?? '')),
      colours: () => {
        const { foreground, ground, cursor } = colours()
        return { text: cssText(foreground), ground: cssText(ground), cursor }
      },
    }),
  )

  const showDegrees = (
    at: 0 | 1,
    names: Names,
    counts: Uint32Array,
    { all, isSorted, colour }: Look,
  ): void => {
    const order = isSorted ? mostFirst(counts) : Uint32Array.from(counts.keys())
    const values = Uint32Array.from(order, (index) => counts[index]!)
    const { one, several } = names
    texts[at] = (bar) => degreeText(one, order[bar]!, values[bar]!, all)
    const ends: readonly [string, string] = isSorted
      ? ['most', 'fewest']
      : [`${one} 0`, `${one} ${counts.length - 1}`]
    const most = values.reduce((largest, value) => Math.max(largest, value), 0)
    views[at]!.show({ series: [{ values, colour }], ends, most })
    const words = degreesText(several, counts)
    text(`bars-${at + 1}-title`, words)
    canvases[at].setAttribute(
      'aria-label',
      `Weights kept of each. ${words}. Arrow keys go from one to the next.`,
    )
  }

  return {
    showWeights(parameter, counts) {
      const { stayed, went, edges } = counts
      const { here, there } = colours().difference
      texts[0] = (bar) => {
        const [range, left, gone] = binCells(counts, bar)
        return `Magnitude ${range}: ${left} stayed, ${gone} went`
      }
      const most = stayed.reduce((largest, value, at) => Math.max(largest, value + went[at]!), 0)
      views[0]!.show({
        series: [
          { values: stayed, colour: cssText(here) },
          { values: went, colour: cssText(there), isStriped: true },
        ],
        ends: [String(Number(edges[0]!.toPrecision(3))), String(Number(edges.at(-1)!.toPrecision(3)))],
        most,
      })
      text('bars-1-title', 'Weights by magnitude')
      canvases[0].setAttribute('aria-label', weightsText(parameter, counts))
      const rows = stayed.map((_, bin) => binCells(counts, bin))
      tableIn('bins', ['Magnitude', 'Stayed', 'Went'], rows)
    },
    showUnits({ shape, perUnit, perChannel, isSorted }) {
      const total = shape.reduce((product, extent) => product * extent, 1)
      const look = (counts: Uint32Array): Look => ({
        all: total / counts.length,
        isSorted,
        colour: cssText(colours().difference.here),
      })
      const [units, inputs] = isConvolution(shape) ? filterNames : unitNames
      showDegrees(0, units, perUnit, look(perUnit))
      showDegrees(1, inputs, perChannel, look(perChannel))
    },
    png: () => together(canvases, cssText(colours().ground)),
  }
}

interface Names {
  readonly one: string
  readonly several: string
}

const unitNames: readonly [Names, Names] = [
  { one: 'Unit', several: 'output units' },
  { one: 'Input', several: 'inputs' },
]
const filterNames: readonly [Names, Names] = [
  { one: 'Filter', several: 'filters' },
  { one: 'Channel', several: 'input channels' },
]

interface Look {
  /** How many weights each has without a mask. */
  readonly all: number
  readonly isSorted: boolean
  readonly colour: string
}

/** One image of the canvases that are on show, one below the other. */
function together(canvases: readonly HTMLCanvasElement[], ground: string): Promise<Blob> {
  const shown = canvases.filter(({ height }) => height > 0)
  const image = document.createElement('canvas')
  image.width = shown.reduce((widest, { width }) => Math.max(widest, width), 1)
  image.height = shown.reduce((sum, { height }) => sum + height, 0) || 1
  const context = image.getContext('2d')!
  context.fillStyle = ground
  context.fillRect(0, 0, image.width, image.height)
  let top = 0
  for (const canvas of shown) {
    context.drawImage(canvas, 0, top)
    top += canvas.height
  }
  return blobOf(image)
}
