import type { Overlap } from '../../src/training/overlap'
import { compare, keptPerInput, matrixOf, rangeOf, summarize } from './analysis'
import type { MaskMatrix, MaskSummary } from './analysis'
import { comparisonFigures, figures, imageName, pictureText, pixelText, weightText } from './describe'
import type { FromMaskPanel, MaskPicture, ToMaskPanel } from './messages'
import { paintCounts, paintDifference, paintMask } from './paint'
import { createPixelView } from './pixel-view'
import { cssText, onThemeChange, readColours } from './theme'
import type { Transform } from './transform'

/** What a hidden panel remembers until it is shown again. */
interface Remembered {
  readonly transform?: Transform
}

interface PanelApi {
  postMessage(message: FromMaskPanel): void
  getState(): Remembered | undefined
  setState(state: Remembered): void
}

declare function acquireVsCodeApi(): PanelApi

/** What is on show, with what was computed from it. */
interface Shown {
  readonly picture: MaskPicture
  readonly matrix: MaskMatrix
  readonly summary: MaskSummary
  readonly perInput: Uint32Array
  /** Absent while nothing is compared. */
  readonly overlap?: Overlap
}

const smallestPng = 1200

const panel = acquireVsCodeApi()
let colours = readColours()
let shown: Shown | undefined

const readout = element('readout', HTMLElement)
const maskView = createPixelView(element('mask', HTMLCanvasElement), {
  onCell: (cell) => {
    readout.textContent = cell && shown ? weightText(shown.matrix, cell, shown.picture) : ''
  },
  onMove: (transform) => panel.setState({ transform }),
  cursorColour: () => colours.cursor,
})
const mapView = createPixelView(element('map', HTMLCanvasElement), {
  onCell: (cell) => {
    const width = shown?.picture.image?.width
    readout.textContent =
      cell && shown && width ? pixelText(shown.perInput, shown.matrix.units, cell, width) : ''
  },
  onMove: () => undefined,
  cursorColour: () => colours.cursor,
})

window.addEventListener('message', ({ data }: MessageEvent<ToMaskPanel>) => {
  switch (data.type) {
    case 'show':
      show(data.picture)
      break
    case 'problem':
      text('problem', data.message)
      document.body.dataset['state'] = 'problem'
      break
  }
})
onThemeChange(() => {
  colours = readColours()
  if (shown) paint(shown)
})
onClick('zoom-in', () => maskView.zoom(1.5))
onClick('zoom-out', () => maskView.zoom(1 / 1.5))
onClick('fit', () => {
  maskView.fit()
  panel.setState({})
})
onClick('save', () => void save())
onClick('compare', () => panel.postMessage({ type: 'compare' }))
onClick('compare-no-more', () => panel.postMessage({ type: 'compare-no-more' }))
onClick('previous', () => step(shown?.picture.previousLevel))
onClick('next', () => step(shown?.picture.nextLevel))
const replicate = element('replicate', HTMLSelectElement)
replicate.addEventListener('change', () => {
  if (shown) select(shown.picture.level, Number(replicate.value))
})
window.addEventListener('keydown', (event) => {
  if (event.key === '[') step(shown?.picture.previousLevel)
  if (event.key === ']') step(shown?.picture.nextLevel)
})
panel.postMessage({ type: 'ready' })

function show(picture: MaskPicture): void {
  const matrix = matrixOf(picture.shape, picture.mask)
  const first = shown === undefined
  const overlap = picture.other && compare(matrix, picture.other.mask)
  shown = {
    ...{ picture, matrix, summary: summarize(matrix), perInput: keptPerInput(matrix) },
    ...(overlap ? { overlap } : {}),
  }
  document.body.dataset['state'] = picture.image ? 'image' : 'mask'
  text('parameter', picture.parameter)
  text('experiment', picture.experiment)
  document.body.dataset['compared'] = String(picture.other !== undefined)
  text('other', picture.other?.name ?? '')
  text('level', `Level ${picture.level}`)
  text('density', `${(100 * picture.density).toPrecision(3)}% of the network kept`)
  element('previous', HTMLButtonElement).disabled = picture.previousLevel === undefined
  element('next', HTMLButtonElement).disabled = picture.nextLevel === undefined
  offerReplicates(picture)
  showFigures(shown)
  paint(shown)
  const remembered = panel.getState()?.transform
  if (first && remembered) maskView.restore(remembered)
}

function paint({ picture, matrix, summary, perInput, overlap }: Shown): void {
  const { kept, pruned, difference } = colours
  maskView.show(
    picture.other ? paintDifference(matrix, picture.other.mask, difference) : paintMask(matrix, kept, pruned),
  )
  element('mask', HTMLCanvasElement).setAttribute('aria-label', pictureText(picture, summary, overlap))
  for (const [name, colour] of Object.entries({ kept, pruned, ...difference })) {
    element(`${name}-swatch`, HTMLElement).style.background = cssText(colour)
  }
  if (!picture.image) return
  const { fewest, most } = rangeOf(perInput)
  mapView.show(paintCounts(perInput, picture.image.width, [fewest, most], colours.scale))
  element('scale', HTMLElement).style.background =
    `linear-gradient(to right, ${colours.scale.map(cssText).join(', ')})`
  text('scale-fewest', fewest.toLocaleString('en'))
  text('scale-most', most.toLocaleString('en'))
}

function offerReplicates(picture: MaskPicture): void {
  replicate.replaceChildren(
    ...Array.from({ length: picture.replicates }, (_, index) => {
      const option = new Option(`Replicate ${index + 1}`, String(index), false, index === picture.replicate)
      option.disabled = !picture.available.includes(index)
      return option
    }),
  )
  replicate.disabled = picture.replicates < 2
}

function showFigures({ summary, matrix, overlap }: Shown): void {
  listIn('figures', figures(summary, matrix))
  listIn('comparison', overlap ? comparisonFigures(overlap) : [])
}

function listIn(id: string, rows: readonly (readonly [string, string])[]): void {
  element(id, HTMLElement).replaceChildren(
    ...rows.flatMap(([name, value]) => {
      const term = document.createElement('dt')
      term.textContent = name
      const description = document.createElement('dd')
      description.textContent = value
      return [term, description]
    }),
  )
}

function step(level: number | undefined): void {
  if (shown && level !== undefined) select(level, shown.picture.replicate)
}

function select(level: number, replicateIndex: number): void {
  panel.postMessage({ type: 'select', level, replicate: replicateIndex })
}

async function save(): Promise<void> {
  if (!shown) return
  const name = imageName(shown.picture)
  const blob = await maskView.png(smallestPng)
  panel.postMessage({ type: 'save', name, png: new Uint8Array(await blob.arrayBuffer()) })
}

function onClick(id: string, action: () => void): void {
  element(id, HTMLElement).addEventListener('click', action)
}

function text(id: string, content: string): void {
  element(id, HTMLElement).textContent = content
}

function element<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id)
  if (!(found instanceof type)) throw new Error(`The page has no ${type.name} with the id ${id}.`)
  return found
}
