import { barAt, columnsOf, type Bars } from './bars'

/** A canvas that shows bars, with a cursor for mouse and keyboard. */
export interface BarView {
  show(bars: Bars): void
}

export interface BarViewEvents {
  /** The bar under the mouse or the keyboard's cursor. */
  readonly onBar: (bar: number | undefined) => void
  /** CSS colours of text, of the ground, and of the cursor. */
  readonly colours: () => { readonly text: string; readonly ground: string; readonly cursor: string }
}

/** Takes over `canvas`, which must be focusable and gets its size from the page. */
export function createBarView(canvas: HTMLCanvasElement, events: BarViewEvents): BarView {
  const context = canvas.getContext('2d')!
  let bars: Bars | undefined
  let cursor: number | undefined

  const countOf = (): number => bars?.series[0]?.values.length ?? 0
  /** Where bars lie: below the topmost count, above the names of the ends. */
  const room = () => {
    const line = Math.round(16 * devicePixelRatio)
    return { x: 4, y: line, width: canvas.width - 8, height: canvas.height - 2 * line, line }
  }
  const draw = (): void => {
    context.clearRect(0, 0, canvas.width, canvas.height)
    if (!bars) return
    const { text, ground, cursor: frame } = events.colours()
    const { x, y, width, height, line } = room()
    const tall = (count: number): number => (bars!.most > 0 ? (count / bars!.most) * height : 0)
    for (const { bar, from, to } of columnsOf(bars.series, width)) {
      let base = y + height
      const gap = to - from > 3 ? 1 : 0
      for (const { values, colour, isStriped } of bars.series) {
        const extent = tall(values[bar]!)
        // What is there is seen, however little it is.
        const drawn = values[bar]! > 0 ? Math.max(extent, 1) : 0
        context.fillStyle = colour
        context.fillRect(x + from, base - drawn, to - from - gap, drawn)
        if (isStriped && drawn > 0)
          stripe(context, { x: x + from, y: base - drawn, width: to - from - gap, height: drawn }, ground)
        base -= extent
      }
    }
    context.fillStyle = text
    context.fillRect(x, y + height, width, 1)
    const { fontFamily, fontSize } = getComputedStyle(canvas)
    context.font = `${parseFloat(fontSize) * devicePixelRatio * 0.9}px ${fontFamily}`
    context.textBaseline = 'alphabetic'
    context.textAlign = 'left'
    context.fillText(bars.most.toLocaleString('en'), x, line - 4)
    context.fillText(bars.ends[0], x, canvas.height - 4)
    context.textAlign = 'right'
    context.fillText(bars.ends[1], x + width, canvas.height - 4)
    if (cursor === undefined) return
    const step = width / countOf()
    context.strokeStyle = frame
    context.lineWidth = Math.max(1, Math.round(devicePixelRatio))
    context.strokeRect(x + cursor * step - 0.5, y + 0.5, Math.max(step, 2) + 1, height)
  }
  const moveTo = (bar: number | undefined): void => {
    cursor = bar
    draw()
    events.onBar(bar)
  }

  new ResizeObserver(() => {
    canvas.width = Math.round(canvas.clientWidth * devicePixelRatio)
    canvas.height = Math.round(canvas.clientHeight * devicePixelRatio)
    draw()
  }).observe(canvas)
  canvas.addEventListener('pointermove', ({ offsetX }) => {
    const { x, width } = room()
    moveTo(barAt(countOf(), width, offsetX * devicePixelRatio - x))
  })
  canvas.addEventListener('pointerleave', () => moveTo(undefined))
  canvas.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || countOf() === 0) return
    const step = event.shiftKey ? 10 : 1
    const from = cursor ?? 0
    const to = { ArrowRight: from + step, ArrowLeft: from - step, Home: 0, End: countOf() - 1 }[event.key]
    if (to === undefined) return
    moveTo(cursor === undefined && event.key !== 'End' ? 0 : Math.min(Math.max(to, 0), countOf() - 1))
    event.preventDefault()
  })

  return {
    show(next) {
      if (next.series[0]?.values.length !== countOf()) cursor = undefined
      bars = next
      draw()
    },
  }
}

interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Stripes in the colour of the ground. */
function stripe(context: CanvasRenderingContext2D, { x, y, width, height }: Box, ground: string): void {
  const apart = 6 * devicePixelRatio
  context.fillStyle = ground
  for (let top = Math.ceil(y / apart) * apart; top < y + height - 1; top += apart) {
    context.fillRect(x, top, width, Math.max(1, devicePixelRatio))
  }
}
