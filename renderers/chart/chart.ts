import type { Drawing } from './draw'
import { draw, drawFile } from './draw'
import type { AnySpec } from './layout'
import { fitted, layoutOf } from './layout'
import type { FromChart } from './messages'
import { problemBox } from './problem'
import { tooltipId } from './style'
import { readTheme } from './theme'
import { createToolbar } from './toolbar'

/** One output of the notebook. */
export interface Chart {
  readonly element: HTMLElement
  /** Draws another state of the same output; resolves when it is on show or when a later one has overtaken it. */
  show(spec: () => unknown): Promise<void>
  /** Draws the same state again, in the theme of now. */
  redraw(): Promise<void>
  dispose(): void
}

/** What is measured where the page has no room yet, as in a cell that is folded. */
const unknownRoom = 720

/** How long the width must stand still before a figure is fitted to it, in milliseconds. */
const resizeDelay = 80

/**
 * A figure in `element`. A new drawing is made behind the old one and takes its place when it is complete, so
 * that a plot that follows a training never flickers.
 */
export function createChart(element: HTMLElement, post: ((message: FromChart) => void) | undefined): Chart {
  const root = document.createElement('div')
  root.className = 'ticketlab-chart'
  let read: (() => unknown) | undefined
  let shown: { readonly spec: AnySpec; readonly drawing: Drawing; readonly fit: string } | undefined
  let content: HTMLElement | undefined
  let turn = 0
  let disposed = false
  let timer: ReturnType<typeof setTimeout> | undefined

  const toolbar = createToolbar(async (format) => {
    if (!shown) return
    const name = `${layoutOf(shown.spec)?.name ?? 'figure'}.${format}`
    try {
      const data = await drawFile(shown.spec, shown.drawing.view, format)
      if (post) post({ type: 'save', format, name, data })
      else download(name, format, data)
    } catch (error) {
      root.append(problemBox(error))
    }
  })
  toolbar.hidden = true
  root.append(toolbar)
  element.replaceChildren(root)

  const room = (): number => (root.clientWidth > 0 ? root.clientWidth : unknownRoom)

  const replace = (next: HTMLElement, now: typeof shown): void => {
    hideTooltip()
    next.classList.remove('staged')
    content?.remove()
    shown?.drawing.finalize()
    content = next
    shown = now
    toolbar.hidden = now === undefined
    root.classList.toggle('failed', now === undefined)
  }

  const redraw = async (): Promise<void> => {
    if (disposed || !read) return
    const mine = ++turn
    const stage = document.createElement('div')
    stage.className = 'ticketlab-chart-drawing staged'
    root.append(stage)
    let drawing: Drawing | undefined
    try {
      const spec = checkSpec(read())
      const fit = fitted(spec, room())
      drawing = await draw(stage, fit, readTheme())
      if (mine === turn) {
        replace(stage, { spec, drawing, fit: JSON.stringify(fit) })
        return
      }
    } catch (error) {
      if (mine === turn) replace(problemBox(error), undefined)
      if (content && !content.isConnected) root.append(content)
    }
    // Overtaken by a later state, or failed: nothing of this drawing is kept.
    drawing?.finalize()
    stage.remove()
  }

  const observer = new ResizeObserver(() => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      if (shown && JSON.stringify(fitted(shown.spec, room())) !== shown.fit) void redraw()
    }, resizeDelay)
  })
  observer.observe(root)

  return {
    element,
    show(next) {
      read = next
      return redraw()
    },
    redraw,
    dispose() {
      disposed = true
      turn++
      clearTimeout(timer)
      observer.disconnect()
      hideTooltip()
      shown?.drawing.finalize()
      shown = undefined
      root.remove()
    },
  }
}

function checkSpec(value: unknown): AnySpec {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as AnySpec
  const found = Array.isArray(value) ? 'a list' : value === null ? 'null' : `a ${typeof value}`
  throw new Error(`Expected a specification, which is an object, but found ${found}.`)
}

/** A figure that goes leaves no mouse to move out of it, so its tooltip would stay. */
function hideTooltip(): void {
  document.getElementById(tooltipId)?.classList.remove('visible')
}

/** Where no extension listens, the page saves the file itself. */
function download(name: string, format: 'svg' | 'png', data: string): void {
  const link = document.createElement('a')
  link.download = name
  link.href =
    format === 'svg'
      ? `data:image/svg+xml;charset=utf-8,${encodeURIComponent(data)}`
      : `data:image/png;base64,${data}`
  link.click()
}
