import { comparisonFigures, figures, imageName, layerText, overlapCells } from './describe'
import { createDrawing } from './drawing'
import type { Detail, FromMaskPanel, MaskPicture, SentPicture, ToMaskPanel } from './messages'
import { createTabs, element, listIn, onClick, tableIn, text } from './page'
import { createPlayer } from './player'
import { shownOf, type Remembered, type Shown } from './shown'
import { onThemeChange, readColours } from './theme'
import { viewFor, views, viewsOf, type View } from './views'

interface PanelApi {
  postMessage(message: FromMaskPanel): void
  getState(): Remembered | undefined
  setState(state: Remembered): void
}

declare function acquireVsCodeApi(): PanelApi

const panel = acquireVsCodeApi()
let colours = readColours()
let state: Remembered = panel.getState() ?? {}
let shown: Shown | undefined
/** What has been asked for about the picture on show. */
const asked = new Set<Detail>()

const tabs = createTabs(views, (view) => {
  // Pictures of another size have another part in sight.
  remember({ view, transform: undefined })
  render()
})
const drawing = createDrawing({
  colours: () => colours,
  state: () => state,
  say: (words) => text('readout', words),
  ask(detail) {
    if (!shown || asked.has(detail)) return
    asked.add(detail)
    panel.postMessage({ type: 'ask', detail, serial: shown.serial })
  },
  onMove: (transform) => remember({ transform }),
  player: createPlayer((at) => {
    const level = shown?.died?.levels[at]
    if (level === undefined) return
    remember({ until: level })
    render()
  }),
})

window.addEventListener('message', ({ data }: MessageEvent<ToMaskPanel>) => {
  switch (data.type) {
    case 'show':
      show(data.picture)
      break
    case 'died':
      told(data.serial, { died: data.map })
      break
    case 'weights':
      told(data.serial, { weights: data.weights })
      break
    case 'unknown':
      if (data.serial === shown?.serial) text('note', data.message)
      break
    case 'problem':
      text('problem', data.message)
      document.body.dataset['state'] = 'problem'
      break
  }
})
onThemeChange(() => {
  colours = readColours()
  render()
})
onClick('zoom-in', () => drawing.zoom(1.5))
onClick('zoom-out', () => drawing.zoom(1 / 1.5))
onClick('fit', () => drawing.fit())
onClick('save', () => void save())
onClick('compare', () => panel.postMessage({ type: 'compare' }))
onClick('compare-no-more', () => panel.postMessage({ type: 'compare-no-more' }))
onClick('beside', () => {
  remember({ isBeside: !state.isBeside })
  render()
})
onClick('previous', () => step(shown?.picture.previousLevel))
onClick('next', () => step(shown?.picture.nextLevel))
const order = element('order', HTMLSelectElement)
order.addEventListener('change', () => {
  remember({ isSorted: order.value === 'kept' })
  render()
})
const replicate = element('replicate', HTMLSelectElement)
replicate.addEventListener('change', () => {
  if (shown) select({ replicate: Number(replicate.value) })
})
const layer = element('layer', HTMLSelectElement)
layer.addEventListener('change', () => select({ parameter: layer.value }))
window.addEventListener('keydown', (event) => {
  if (event.key === '[') step(shown?.picture.previousLevel)
  if (event.key === ']') step(shown?.picture.nextLevel)
  if (event.key === '{') stepLayer(-1)
  if (event.key === '}') stepLayer(1)
})
panel.postMessage({ type: 'ready' })

function show(sent: SentPicture): void {
  const before = shown?.picture.parameter
  shown = shownOf(sent)
  asked.clear()
  const { picture } = shown
  document.body.dataset['state'] = picture.image ? 'image' : 'mask'
  document.body.dataset['compared'] = String(picture.other !== undefined)
  // It is read aloud when it changes, which it does not at another level.
  if (before !== picture.parameter) text('parameter', picture.parameter)
  text('experiment', picture.experiment)
  text('other', picture.other?.name ?? '')
  text('level', `Level ${picture.level}`)
  text('density', `${(100 * picture.density).toPrecision(3)}% of the network kept`)
  element('previous', HTMLButtonElement).disabled = picture.previousLevel === undefined
  element('next', HTMLButtonElement).disabled = picture.nextLevel === undefined
  offerLayers(picture)
  offerReplicates(picture)
  showFigures(shown)
  // Another layer, even one of the same size, has nothing at the places that were in sight of this one.
  const isOther = before !== undefined && before !== picture.parameter
  if (isOther) remember({ transform: undefined })
  render()
  if (isOther) drawing.restore(undefined)
  else if (before === undefined && state.transform) drawing.restore(state.transform)
}

/** Takes what was asked for about the picture on show. */
function told(serial: number, detail: Pick<Shown, 'died'> | Pick<Shown, 'weights'>): void {
  if (shown?.serial !== serial) return
  shown = { ...shown, ...detail }
  render()
}

function viewOnShow(): View | undefined {
  return shown && viewFor(shown.picture, state.view)
}

/** Draws what is on show in the view that is chosen. */
function render(): void {
  const view = viewOnShow()
  if (!shown || !view) return
  tabs.show(viewsOf(shown.picture), view)
  const isBeside = shown.picture.other !== undefined && state.isBeside === true
  document.body.dataset['view'] = view
  document.body.dataset['beside'] = String(isBeside)
  element('panel', HTMLElement).setAttribute('aria-labelledby', `tab-${view}`)
  element('beside', HTMLElement).setAttribute('aria-pressed', String(isBeside))
  order.value = state.isSorted ? 'kept' : 'as they are'
  drawing.draw(shown, view)
}

function offerLayers({ layers, parameter }: MaskPicture): void {
  layer.replaceChildren(
    ...layers.map((one) => {
      const option = new Option(layerText(one), one.parameter, false, one.parameter === parameter)
      option.disabled = !one.isThere
      return option
    }),
  )
  layer.disabled = layers.length < 2
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

function showFigures({ summary, matrix, overlap, picture }: Shown): void {
  listIn('figures', figures(summary, matrix))
  listIn('comparison', overlap ? comparisonFigures(overlap) : [])
  tableIn('layers', ['Layer', 'Both', 'IoU', 'Chance'], (picture.other?.layers ?? []).map(overlapCells))
}

function step(level: number | undefined): void {
  if (level !== undefined) select({ level })
}

/** Goes to the nearest layer in a direction that has a mask. */
function stepLayer(by: 1 | -1): void {
  if (!shown) return
  const { layers, parameter } = shown.picture
  const at = layers.findIndex((one) => one.parameter === parameter)
  const others = by === 1 ? layers.slice(at + 1) : layers.slice(0, at).reverse()
  const next = others.find(({ isThere }) => isThere)
  if (next) select({ parameter: next.parameter })
}

function select(change: Partial<Pick<MaskPicture, 'parameter' | 'level' | 'replicate'>>): void {
  if (!shown) return
  const { parameter, level, replicate: index } = shown.picture
  panel.postMessage({ type: 'select', ...{ parameter, level, replicate: index }, ...change })
}

function remember(change: Remembered): void {
  state = { ...state, ...change }
  panel.setState(state)
}

async function save(): Promise<void> {
  if (!shown) return
  const name = imageName(shown.picture, viewOnShow())
  const blob = await drawing.png()
  panel.postMessage({ type: 'save', name, png: new Uint8Array(await blob.arrayBuffer()) })
}
