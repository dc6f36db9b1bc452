import type { Drawing, Figure } from './draw'
import { draw, drawFile } from './draw'
import type { AnySpec } from './layout'
import { fitted, layoutOf } from './layout'
import type { FromChart } from './messages'
import { problemBox } from './problem'
import { readTheme } from './theme'
import { createToolbar } from './toolbar'
import { hideTooltip } from './tooltip'
import { tried } from './trial'
import type { Language } from './view'

/** One output of the notebook. */
export interface Chart {
  readonly element: HTMLElement
  /** Draws another state of the same output; resolves when it is on show or when a later one has overtaken it. */
  show(spec: () => unknown, language: Language): Promise<void>
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
  let read: (() => Figure) | undefined
  /** What the last figure was that could be drawn in time. */
  let passed: string | undefined
  let shown: { readonly figure: Figure; readonly drawing: Drawing; readonly fit: string } | undefined
  let content: HTMLElement | undefined
  let turn = 0
  let disposed = false
  let timer: ReturnType<typeof setTimeout> | undefined

  const toolbar = createToolbar(async (format) => {
    if (!shown) return
    const name = `${layoutOf(shown.figure.spec)?.name ?? 'figure'}.${format}`
    try {
      const data = await drawFile(shown.figure, shown.drawing.view, format)
      if (post) post({ type: 'save', format, name, data })
      else download(name, format, data)
    } catch (error) {
      root.append(problemBox(error))
    }
  })
  toolbar.hidden = true
  root.append(toolbar)
  element.replaceChildren(root)

  const fittedFigure = ({ spec, language }: Figure): Figure => ({
    language,
    spec: language === 'vega' ? spec : fitted(spec, root.clientWidth > 0 ? root.clientWidth : unknownRoom),
  })

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

  const fail = (error: unknown): void => {
    const box = problemBox(error)
    root.append(box)
    replace(box, undefined)
  }

  const redraw = async (): Promise<void> => {
    if (disposed || !read) return
    const mine = ++turn
    const stage = document.createElement('div')
    stage.className = 'ticketlab-chart-drawing staged'
    root.append(stage)
    let drawing: Drawing | undefined
    try {
      const figure = read()
      const outline = outlineOf(figure)
      if (outline !== passed) await tried(figure, () => mine === turn)
      if (mine === turn) {
        passed = outline
        const fit = fittedFigure(figure)
        drawing = await draw(stage, fit, readTheme(), (error) => {
          if (content === stage) fail(error)
        })
        if (mine === turn) {
          replace(stage, { figure, drawing, fit: JSON.stringify(fit) })
          return
        }
      }
    } catch (error) {
      if (mine === turn) fail(error)
    }
    // Overtaken by a later state, or failed: nothing of this drawing is kept.
    drawing?.finalize()
    stage.remove()
  }

  const observer = new ResizeObserver(() => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      if (shown && JSON.stringify(fittedFigure(shown.figure)) !== shown.fit) void redraw()
    }, resizeDelay)
  })
  observer.observe(root)

  return {
    element,
    show(next, language) {
      let figure: Figure | undefined
      read = () => (figure ??= { spec: checkSpec(next()), language })
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

/**
 * A figure without the rows of its data. One that grows while a training runs differs in them alone, and is not tried
 * again at every step; a notebook that is opened has one state of each output.
 */
function outlineOf(figure: Figure): string {
  return JSON.stringify(figure, (name, value: unknown) => (name === 'values' ? undefined : value))
}

function checkSpec(value: unknown): AnySpec {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as AnySpec
  const found = Array.isArray(value) ? 'a list' : value === null ? 'null' : `a ${typeof value}`
  throw new Error(`Expected a specification, which is an object, but found ${found}.`)
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
