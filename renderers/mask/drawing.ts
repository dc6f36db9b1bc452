import { rangeOf } from './analysis'
import { createCharts } from './charts'
import {
  diedNote,
  diedText,
  diedWeightText,
  levelText,
  mapNote,
  mapText,
  maskNote,
  pictureText,
  pixelText,
  unitsNote,
  weightText,
} from './describe'
import type { PixelCounts } from './image-map'
import type { Layout } from './layout'
import type { Detail } from './messages'
import { element, text } from './page'
import { paintClasses, paintCounts } from './paint'
import { createPixelView, type PixelView, type Stroke } from './pixel-view'
import type { Player } from './player'
import type { Remembered, Shown } from './shown'
import { cssText, type MaskColours } from './colours'
import type { Point, Transform } from './transform'
import {
  alone,
  diedColour,
  layoutOf,
  orderOf,
  overlaid,
  whenDied,
  type View,
  type WeightPicture,
} from './views'

/** The pictures and charts of the page. */
export interface Drawing {
  /** Draws a mask in a view. */
  draw(shown: Shown, view: View): void
  zoom(factor: number): void
  fit(): void
  restore(transform: Transform | undefined): void
  /** What is drawn, as PNG. */
  png(): Promise<Blob>
}

export interface DrawingEvents {
  readonly colours: () => MaskColours
  readonly state: () => Remembered
  /** Says what is under the cursor. */
  readonly say: (words: string) => void
  /** Asks for more about the picture on show, if that was not done yet. */
  readonly ask: (detail: Detail) => void
  readonly onMove: (transform: Transform | undefined) => void
  readonly player: Player
}

const smallestPng = 1200

/** What is drawn now. */
interface Drawn {
  readonly shown: Shown
  readonly view: View
  readonly isSorted: boolean
  readonly layout: Layout
  readonly textOf: (weight: number) => string
}

export function createDrawing({ colours, state, say, ask, onMove, player }: DrawingEvents): Drawing {
  let drawn: Drawn | undefined

  const weightIn = ({ x, y }: Point): number => drawn?.layout.weightAt[y * drawn.layout.width + x] ?? -1
  const sayPixel = (cell: Point | undefined): void => {
    const { pixels, picture } = drawn?.shown ?? {}
    const width = picture?.image?.width
    if (!cell || !width || !pixels) {
      say('')
      return
    }
    say(pixelText(pixels.kept, pixels.all[cell.y * width + cell.x] ?? 0, cell, width))
  }
  /** In a comparison, weights that only one keeps have a stroke, since not everybody tells their colours apart. */
  const strokeOf = (weight: number): Stroke | undefined => {
    const { view, shown } = drawn!
    const { mask, other } = shown.picture
    const isOverlaid = (view === 'matrix' || view === 'filters') && !state().isBeside
    if (!isOverlaid || !other || weight < 0 || mask[weight] === other.mask[weight]) return undefined
    return mask[weight] === 1 ? 'rising' : 'falling'
  }
  /** A view of weights, which moves together with the other one. */
  const weightView = (id: string, twin: () => PixelView): PixelView =>
    createPixelView(element(id, HTMLCanvasElement), {
      onCell(cell) {
        if (drawn?.view === 'map') {
          sayPixel(cell)
          return
        }
        const weight = cell ? weightIn(cell) : -1
        say(weight < 0 ? '' : drawn!.textOf(weight))
      },
      onMove(transform) {
        twin().restore(transform)
        onMove(transform)
      },
      cursorColour: () => colours().cursor,
      isGap: (cell) => drawn?.view !== 'map' && weightIn(cell) < 0,
      strokeOf: (cell) => strokeOf(weightIn(cell)),
      strokeColour: () => cssText(colours().ground),
    })
  const maskView: PixelView = weightView('mask', () => otherView)
  const otherView: PixelView = weightView('mask-other', () => maskView)
  const mapView = createPixelView(element('map', HTMLCanvasElement), {
    onCell: sayPixel,
    onMove: () => undefined,
    cursorColour: () => colours().cursor,
  })
  const charts = createCharts(colours, say)

  /** Where weights lie, which is made anew only when something else is to be seen: wide layers have millions. */
  const layOut = (shown: Shown, view: View, textOf: (weight: number) => string): void => {
    const isSorted = state().isSorted === true
    const isSame = drawn?.view === view && drawn.isSorted === isSorted && drawn.shown.serial === shown.serial
    const { shape } = shown.picture
    const layout = isSame
      ? drawn!.layout
      : layoutOf(view, shape, isSorted ? orderOf(view, shape, shown.counts) : undefined)
    drawn = { shown, view, isSorted, layout, textOf }
  }
  const paintWeights = (view: PixelView, { classes, palette }: Omit<WeightPicture, 'layout'>): void =>
    view.show(paintClasses(drawn!.layout, classes, palette))

  const drawMask = (shown: Shown, view: View): void => {
    const { picture, summary, overlap, pixels } = shown
    const { other, mask } = picture
    layOut(shown, view, (weight) => weightText(picture, weight))
    const isOverlaid = other && !state().isBeside
    paintWeights(maskView, isOverlaid ? overlaid(mask, other.mask, colours()) : alone(mask, colours()))
    if (other) paintWeights(otherView, alone(other.mask, colours()))
    label('mask', pictureText(picture, summary, overlap))
    label('mask-other', other ? `The other mask: ${other.name}` : '')
    text('note', maskNote(view, state().isBeside ? other?.name : undefined))
    if (pixels) paintMap(mapView, shown, pixels, colours())
  }
  const drawMap = (shown: Shown): void => {
    layOut(shown, 'map', () => '')
    if (!shown.pixels) return
    paintMap(maskView, shown, shown.pixels, colours())
    label('mask', mapText(shown.picture, shown.pixels.kept))
    text('note', mapNote(shown.picture.image!))
  }
  const drawDied = (shown: Shown): void => {
    const { died, picture } = shown
    ask('died')
    if (!died || died.levels.length === 0) {
      layOut(shown, 'died', (weight) => weightText(picture, weight))
      paintWeights(maskView, alone(picture.mask, colours()))
      label('mask', pictureText(picture, shown.summary))
      text('note', died ? diedNote(died) : 'Reading the masks of all levels…')
      player.show(0, 0, '')
      return
    }
    const { levels } = died
    const wanted = state().until ?? picture.level
    const at = Math.max(
      0,
      levels.findLastIndex((level) => level <= wanted),
    )
    layOut(shown, 'died', (weight) => diedWeightText(picture, died, weight))
    paintWeights(maskView, whenDied(died, at, colours()))
    label('mask', diedText(picture.parameter, died, at))
    text('note', diedNote(died))
    player.show(levels.length, at, levelText(died, at))
    const scale = levels.map((_, index) => cssText(diedColour(index, levels.length, colours())))
    spread(element('died-scale', HTMLElement), scale)
    text('died-first', `level ${levels[0]!}`)
    text('died-last', `level ${levels.at(-1)!}`)
  }
  const drawWeights = ({ weights, picture }: Shown): void => {
    ask('weights')
    document.body.dataset['known'] = String(weights?.counts !== undefined)
    text('note', weights?.note ?? 'Reading the weights…')
    if (weights?.counts) charts.showWeights(picture.parameter, weights.counts)
  }

  const drawUnits = ({ counts, picture: { shape } }: Shown): void => {
    text('note', unitsNote)
    charts.showUnits({ ...counts, shape, isSorted: state().isSorted === true })
  }
  const drawIn: Readonly<Record<View, (shown: Shown) => void>> = {
    matrix: (shown) => drawMask(shown, 'matrix'),
    filters: (shown) => drawMask(shown, 'filters'),
    map: drawMap,
    died: drawDied,
    weights: drawWeights,
    units: drawUnits,
  }

  return {
    draw(shown, view) {
      showSwatches(colours())
      if (view !== 'died') player.stop()
      drawIn[view](shown)
    },
    zoom: (factor) => maskView.zoom(factor),
    fit: () => maskView.fit(),
    restore(transform) {
      maskView.restore(transform)
      otherView.restore(transform)
    },
    png: () => (isChart(document.body.dataset['view']) ? charts.png() : maskView.png(smallestPng)),
  }
}

function isChart(view: string | undefined): boolean {
  return view === 'weights' || view === 'units'
}

function paintMap(view: PixelView, { picture }: Shown, { kept }: PixelCounts, { scale }: MaskColours): void {
  const { fewest, most } = rangeOf(kept)
  view.show(paintCounts(kept, picture.image!.width, [fewest, most], scale))
  for (const one of document.querySelectorAll<HTMLElement>('.scale-of-pixels'))
    spread(one, scale.map(cssText))
  for (const one of document.querySelectorAll('.scale-fewest')) one.textContent = fewest.toLocaleString('en')
  for (const one of document.querySelectorAll('.scale-most')) one.textContent = most.toLocaleString('en')
}

/** Colours from left to right; a gradient needs two of them. */
function spread(scale: HTMLElement, colours: readonly string[]): void {
  const two = colours.length > 1 ? colours : [...colours, ...colours]
  scale.style.background = `linear-gradient(to right, ${two.join(', ')})`
}

function showSwatches({ kept, pruned, difference, alive }: MaskColours): void {
  const { here: stayed, there: went } = difference
  for (const [name, colour] of Object.entries({ kept, pruned, ...difference, alive, stayed, went })) {
    element(`${name}-swatch`, HTMLElement).style.backgroundColor = cssText(colour)
  }
}

function label(id: string, words: string): void {
  element(id, HTMLCanvasElement).setAttribute('aria-label', words)
}
