import type { MimeBundle } from '../report/display'
import { followWork } from '../support/async-context'
import type { FromKernel } from './protocol'

/**
 * Text is sent at once, up to this many times; after that once per `batchTime` milliseconds. (To hold back the
 * first lines too would hide them for as long as a cell computes, since no timer fires meanwhile.)
 */
const burst = 20
const batchTime = 50
/** A cell that prints more than this many characters is cut off: no editor survives an endless print. */
const textLimit = 4_000_000

/** Attributes what is shown and printed to the cells that started it. */
export interface Outputs {
  /**
   * Does the work of an execution: whatever it shows or prints, and whatever what it starts does, however late, belongs
   * to this execution, as far as work can be followed (see `followWork`). What comes from elsewhere belongs to the
   * execution that began last.
   */
  readonly run: <Result>(execution: number, work: () => Result) => Result
  /** The same of work beside the cells, behind which nothing else belongs to that execution. */
  readonly beside: <Result>(execution: number, work: () => Result) => Result
  /** Does what tells of an error that nobody awaits, for the execution that it belongs to. */
  readonly tell: (work: () => void, promise?: Promise<unknown>) => void
  /** The execution that what is shown now belongs to; `undefined` before the first cell. */
  readonly owner: () => number | undefined
  readonly print: (stream: 'stdout' | 'stderr', text: string) => void
  /** Shows a new output; the function returned replaces it. */
  readonly display: (bundle: MimeBundle) => (bundle: MimeBundle) => void
  /** Sends what is still held back. */
  readonly flush: () => void
  /** What has been printed on the line that is not over yet: the question of who reads an answer next. */
  readonly unfinishedLine: () => string
}

/** Outputs that are sent as messages. Text printed before the first cell goes to the log. */
export function createOutputs(send: (message: FromKernel) => void): Outputs {
  const executions = followWork<number>()
  let latest: number | undefined
  let displays = 0
  let line = ''
  /** Characters printed by each execution. */
  const printed = new Map<number | undefined, number>()
  let held: { owner: number | undefined; stream: 'stdout' | 'stderr'; text: string } | undefined
  // Sends allowed now: one more every `batchTime`, up to `burst`.
  let allowance = burst
  let countedAt = performance.now()
  let timer: NodeJS.Timeout | undefined

  const owner = (): number | undefined => executions.current() ?? latest

  const flush = (): void => {
    clearTimeout(timer)
    timer = undefined
    if (!held) return
    const { owner: execution, stream, text } = held
    held = undefined
    allowance -= 1
    if (execution === undefined) send({ type: 'log', level: 'info', message: text.trimEnd() })
    else send({ type: 'output', execution, output: { kind: 'stream', stream, text } })
  }

  const hold = (stream: 'stdout' | 'stderr', text: string): void => {
    const now = owner()
    if (held && (held.stream !== stream || held.owner !== now)) flush()
    held = { owner: now, stream, text: (held?.text ?? '') + text }
    const time = performance.now()
    allowance = Math.min(burst, allowance + (time - countedAt) / batchTime)
    countedAt = time
    if (allowance >= 1 || held.text.length > 65_536) flush()
    else timer ??= setTimeout(flush, batchTime).unref()
  }

  return {
    run(execution, work) {
      flush()
      latest = execution
      line = ''
      return executions.run(execution, work)
    },
    beside: (execution, work) => executions.run(execution, work),
    tell(work, promise) {
      const execution = promise ? executions.madeBy(promise) : executions.current()
      if (execution === undefined) work()
      else executions.run(execution, work)
      executions.leave()
    },
    owner,
    print(stream, text) {
      if (text === '') return
      if (stream === 'stdout')
        line = (text.includes('\n') ? '' : line) + text.slice(text.lastIndexOf('\n') + 1)
      const before = printed.get(owner()) ?? 0
      if (before > textLimit) return
      printed.set(owner(), before + text.length)
      const room = textLimit - before
      if (text.length <= room) {
        hold(stream, text)
        return
      }
      if (room > 0) hold(stream, text.slice(0, room))
      hold('stderr', `\nThis cell has printed ${textLimit} characters; what follows is not shown.\n`)
    },
    display(bundle) {
      flush()
      const execution = owner()
      const display = ++displays
      const show = (content: MimeBundle): void => {
        if (execution === undefined) return
        send({ type: 'output', execution, output: { kind: 'display', display, bundle: content } })
      }
      show(bundle)
      return show
    },
    flush,
    unfinishedLine: () => line,
  }
}

/** Sends everything written to a standard stream of this process through `print`. */
export function captureStream(stream: NodeJS.WriteStream, print: (text: string) => void): void {
  const decoder = new TextDecoder()
  type Done = (error?: Error | null) => void
  const textOf = (chunk: unknown, encoding: unknown): string => {
    if (typeof chunk === 'string') {
      const isText = typeof encoding !== 'string' || /^utf-?8$/i.test(encoding)
      return isText ? chunk : decoder.decode(Buffer.from(chunk, encoding as BufferEncoding), { stream: true })
    }
    if (chunk instanceof Uint8Array) return decoder.decode(chunk, { stream: true })
    // As Node says it.
    const error = new TypeError('The "chunk" argument must be of type string or an instance of Buffer.')
    throw Object.assign(error, { code: 'ERR_INVALID_ARG_TYPE' })
  }
  stream.write = (chunk: string | Uint8Array, encoding?: BufferEncoding | Done, done?: Done): boolean => {
    print(textOf(chunk, encoding))
    const callback = typeof encoding === 'function' ? encoding : done
    if (callback) process.nextTick(callback)
    return true
  }
}

/**
 * Watches the groups of a console, which indent what it prints. The function returned closes those that are still
 * open: a cell that fails inside of one must not indent what others print.
 */
export function watchGroups(target: Console): () => void {
  let open = 0
  const group = target.group.bind(target)
  const groupEnd = target.groupEnd.bind(target)
  const enter = (...label: unknown[]): void => {
    open++
    group(...label)
  }
  target.group = enter
  target.groupCollapsed = enter
  target.groupEnd = () => {
    open = Math.max(0, open - 1)
    groupEnd()
  }
  return () => {
    while (open > 0) target.groupEnd()
  }
}
