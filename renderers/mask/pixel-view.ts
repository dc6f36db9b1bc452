import { blobOf } from './canvas'
import type { Pixels } from './paint'
import { cellAt, fit, pan, reveal, zoomAt } from './transform'
import type { Point, Size, Transform } from './transform'

/** A canvas that shows an image of one pixel per cell, with zoom, pan, and a cursor for mouse and keyboard. */
export interface PixelView {
  /** Shows other pixels; the part in sight stays when the size is the same, so that levels can be compared. */
  show(pixels: Pixels): void
  zoom(factor: number): void
  fit(): void
  /** Takes the part in sight from elsewhere, what was remembered or another view's; `undefined` is all of it. */
  restore(transform: Transform | undefined): void
  /** The image as PNG in whole pixels per cell, at least `width` pixels wide if one cell is one pixel or more. */
  png(width: number): Promise<Blob>
}

export interface PixelViewEvents {
  /** The cell under the mouse or the keyboard's cursor. */
  readonly onCell: (cell: Point | undefined) => void
  /** The user zoomed or moved the picture; `undefined` when all of it is shown. */
  readonly onMove: (transform: Transform | undefined) => void
  /** Whether there is nothing at a cell, so that the keyboard's cursor steps over it. */
  readonly isGap?: (cell: Point) => boolean
  /** A stroke that tells what a cell is where colours may not, once cells are large enough. */
  readonly strokeOf?: (cell: Point) => Stroke | undefined
  /** The colour of those strokes. */
  readonly strokeColour?: () => string
  /** The colour of the cursor's frame. */
  readonly cursorColour: () => string
}

export type Stroke = 'rising' | 'falling'

const wheelSpeed = 0.0018
/** Device pixels that a cell must have for its stroke to be seen. */
const smallestStroked = 7
const keyboardStep = 1

/** Takes over `canvas`, which must be focusable and gets its size from the page. */
export function createPixelView(canvas: HTMLCanvasElement, events: PixelViewEvents): PixelView {
  const context = canvas.getContext('2d')!
  let image: HTMLCanvasElement | undefined
  let transform: Transform | undefined
  let fitted = true
  let cursor: Point | undefined

  const size = (): Size => ({ width: canvas.width, height: canvas.height })
  const picture = (): Size => image ?? { width: 1, height: 1 }

  const draw = (): void => {
    context.clearRect(0, 0, canvas.width, canvas.height)
    if (!image || !transform) return
    context.imageSmoothingEnabled = transform.scale < 1
    context.imageSmoothingQuality = 'high'
    context.drawImage(
      image,
      transform.x,
      transform.y,
      image.width * transform.scale,
      image.height * transform.scale,
    )
    if (events.strokeOf && transform.scale >= smallestStroked) {
      context.strokeStyle = events.strokeColour?.() ?? ''
      drawStrokes(context, transform, image, events.strokeOf)
    }
    if (cursor) drawCursor(context, transform, cursor, events.cursorColour())
  }

  const moveTo = (next: Transform): void => {
    transform = next
    fitted = false
    draw()
    events.onMove(next)
  }
  const showCursor = (cell: Point | undefined): void => {
    cursor = cell
    draw()
    events.onCell(cell)
  }
  const fitAll = (): void => {
    fitNow()
    events.onMove(undefined)
  }
  const fitNow = (): void => {
    if (!image || canvas.width === 0 || canvas.height === 0) return
    transform = fit(image, size())
    fitted = true
    draw()
  }
  const zoom = (factor: number, centre?: Point): void => {
    if (!transform) return
    const middle = centre ?? { x: canvas.width / 2, y: canvas.height / 2 }
    moveTo(zoomAt(transform, factor, middle, picture(), size()))
  }

  new ResizeObserver(() => {
    canvas.width = Math.round(canvas.clientWidth * devicePixelRatio)
    canvas.height = Math.round(canvas.clientHeight * devicePixelRatio)
    if (fitted || !transform) fitNow()
    else draw()
  }).observe(canvas)

  listenToMouse(canvas, {
    zoom,
    pan: (dx, dy) => transform && moveTo(pan(transform, dx, dy, picture(), size())),
    hover: (point) => showCursor(point && image && transform ? cellAt(transform, point, image) : undefined),
    fit: fitAll,
  })
  canvas.addEventListener('keydown', (event) => {
    if (!transform || !image || event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === '+' || event.key === '=') zoom(1.5)
    else if (event.key === '-') zoom(1 / 1.5)
    else if (event.key === '0') fitAll()
    else {
      const next = steppedOver(cursor, event, image, events.isGap)
      if (!next) return
      transform = reveal(transform, next, image, size())
      showCursor(next)
    }
    event.preventDefault()
  })

  return {
    show: (pixels) => {
      const sameSize = image?.width === pixels.width && image.height === pixels.height
      image = toCanvas(pixels)
      if (!sameSize) {
        cursor = undefined
        fitNow()
      } else {
        draw()
        events.onCell(cursor)
      }
    },
    zoom: (factor) => zoom(factor),
    fit: fitAll,
    restore: (restored) => {
      if (!restored) {
        fitNow()
        return
      }
      transform = restored
      fitted = false
      draw()
    },
    png: (width) => toPng(image!, Math.max(1, Math.ceil(width / image!.width))),
  }
}

/** Where a key leads to, past a gap; at the edge of the picture there is none. */
function steppedOver(
  cursor: Point | undefined,
  event: KeyboardEvent,
  picture: Size,
  isGap: PixelViewEvents['isGap'] = () => false,
): Point | undefined {
  const next = stepped(cursor, event, picture)
  if (!next || !isGap(next)) return next
  const one = new KeyboardEvent('keydown', { key: event.key })
  return stepped(next, one, picture)
}

/** The cell that an arrow key, Home or End leads to; ten cells at a time with Shift. */
function stepped(cursor: Point | undefined, event: KeyboardEvent, picture: Size): Point | undefined {
  const step = event.shiftKey ? 10 * keyboardStep : keyboardStep
  const from = cursor ?? { x: 0, y: 0 }
  const moves: Record<string, Point> = {
    ArrowLeft: { x: from.x - step, y: from.y },
    ArrowRight: { x: from.x + step, y: from.y },
    ArrowUp: { x: from.x, y: from.y - step },
    ArrowDown: { x: from.x, y: from.y + step },
    Home: { x: 0, y: from.y },
    End: { x: picture.width - 1, y: from.y },
  }
  const to = moves[event.key]
  if (!to) return undefined
  if (!cursor) return from
  return {
    x: Math.min(Math.max(to.x, 0), picture.width - 1),
    y: Math.min(Math.max(to.y, 0), picture.height - 1),
  }
}

interface MouseActions {
  readonly zoom: (factor: number, centre: Point) => void
  readonly pan: (dx: number, dy: number) => void
  readonly hover: (point: Point | undefined) => void
  readonly fit: () => void
}

function listenToMouse(canvas: HTMLCanvasElement, actions: MouseActions): void {
  const pointOf = (event: MouseEvent): Point => ({
    x: event.offsetX * devicePixelRatio,
    y: event.offsetY * devicePixelRatio,
  })
  canvas.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault()
      const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 33 * event.deltaY : event.deltaY
      actions.zoom(Math.exp(-wheelSpeed * pixels), pointOf(event))
    },
    { passive: false },
  )
  canvas.addEventListener('pointerdown', (event) => {
    if (event.button === 0) canvas.setPointerCapture(event.pointerId)
  })
  canvas.addEventListener('pointermove', (event) => {
    if (canvas.hasPointerCapture(event.pointerId)) {
      actions.pan(event.movementX * devicePixelRatio, event.movementY * devicePixelRatio)
    }
    actions.hover(pointOf(event))
  })
  canvas.addEventListener('pointerleave', () => actions.hover(undefined))
  canvas.addEventListener('dblclick', () => actions.fit())
}

/** A diagonal through every cell in sight that has one. */
function drawStrokes(
  context: CanvasRenderingContext2D,
  { x, y, scale }: Transform,
  picture: Size,
  strokeOf: (cell: Point) => Stroke | undefined,
): void {
  const { width, height } = context.canvas
  const [left, top] = [Math.max(0, Math.floor(-x / scale)), Math.max(0, Math.floor(-y / scale))]
  const right = Math.min(picture.width, Math.ceil((width - x) / scale))
  const bottom = Math.min(picture.height, Math.ceil((height - y) / scale))
  context.lineWidth = Math.max(1, scale / 10)
  context.beginPath()
  for (let row = top; row < bottom; row++) {
    for (let column = left; column < right; column++) {
      const stroke = strokeOf({ x: column, y: row })
      if (!stroke) continue
      const [begin, end] = stroke === 'rising' ? [0.8, 0.2] : [0.2, 0.8]
      context.moveTo(x + (column + 0.2) * scale, y + (row + begin) * scale)
      context.lineTo(x + (column + 0.8) * scale, y + (row + end) * scale)
    }
  }
  context.stroke()
}

function drawCursor(
  context: CanvasRenderingContext2D,
  transform: Transform,
  cell: Point,
  colour: string,
): void {
  const side = Math.max(transform.scale, 3)
  context.strokeStyle = colour
  context.lineWidth = Math.max(1, Math.round(devicePixelRatio))
  context.strokeRect(
    transform.x + cell.x * transform.scale - 0.5,
    transform.y + cell.y * transform.scale - 0.5,
    side + 1,
    side + 1,
  )
}

function toCanvas(pixels: Pixels): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  canvas.width = pixels.width
  canvas.height = pixels.height
  canvas.getContext('2d')!.putImageData(new ImageData(pixels.rgba, pixels.width, pixels.height), 0, 0)
  return canvas
}

function toPng(image: HTMLCanvasElement, scale: number): Promise<Blob> {
  const enlarged = document.createElement('canvas')
  enlarged.width = image.width * scale
  enlarged.height = image.height * scale
  const context = enlarged.getContext('2d')!
  context.imageSmoothingEnabled = false
  context.drawImage(image, 0, 0, enlarged.width, enlarged.height)
  return blobOf(enlarged)
}
