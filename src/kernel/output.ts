import type { MimeBundle } from '../lab/host'
import type { FromKernel } from './protocol'

/**
 * Text is sent at once, up to this many times; after that once per `batchTime` milliseconds. (To hold back the
 * first lines too would hide them for as long as a cell computes, since no timer fires meanwhile.)
 */
const burst = 20
const batchTime = 50
/** A cell that prints more than this many characters is cut off: no editor survives an endless print. */
const textLimit = 4_000_000

/** Attributes what is shown and printed to cells. */
export interface Outputs {
  /** From now on, everything belongs to this execution. */
  readonly begin: (execution: number) => void
  readonly print: (stream: 'stdout' | 'stderr', text: string) => void
  /** Shows a new output; the function returned replaces it. */
  readonly display: (bundle: MimeBundle) => (bundle: MimeBundle) => void
  /** Sends what is still held back. */
  readonly flush: () => void
}

/** Outputs that are sent as messages. Text printed before the first cell goes to the log. */
export function createOutputs(send: (message: FromKernel) => void): Outputs {
  let execution: number | undefined
  let displays = 0
  let printed = 0
  let held: { stream: 'stdout' | 'stderr'; text: string } | undefined
  // Sends allowed now: one more every `batchTime`, up to `burst`.
  let allowance = burst
  let countedAt = performance.now()
  let timer: NodeJS.Timeout | undefined

  const flush = (): void => {
    clearTimeout(timer)
    timer = undefined
    if (!held) return
    const { stream, text } = held
    held = undefined
    allowance -= 1
    if (execution === undefined) send({ type: 'log', level: 'info', message: text.trimEnd() })
    else send({ type: 'output', execution, output: { kind: 'stream', stream, text } })
  }

  const hold = (stream: 'stdout' | 'stderr', text: string): void => {
    if (held && held.stream !== stream) flush()
    held = { stream, text: (held?.text ?? '') + text }
    const now = performance.now()
    allowance = Math.min(burst, allowance + (now - countedAt) / batchTime)
    countedAt = now
    if (allowance >= 1 || held.text.length > 65_536) flush()
    else timer ??= setTimeout(flush, batchTime).unref()
  }

  return {
    begin(next) {
      flush()
      execution = next
      printed = 0
    },
    print(stream, text) {
      if (printed > textLimit) return
      printed += text.length
      if (printed <= textLimit) hold(stream, text)
      else hold('stderr', `\nThis cell has printed ${textLimit} characters; what follows is not shown.\n`)
    },
    display(bundle) {
      flush()
      const owner = execution
      const display = ++displays
      const show = (content: MimeBundle): void => {
        if (owner === undefined) return
        send({ type: 'output', execution: owner, output: { kind: 'display', display, bundle: content } })
      }
      show(bundle)
      return show
    },
    flush,
  }
}

/** Sends everything written to a standard stream of this process through `print`. */
export function captureStream(stream: NodeJS.WriteStream, print: (text: string) => void): void {
  const decoder = new TextDecoder()
  type Done = (error?: Error | null) => void
  stream.write = (chunk: string | Uint8Array, encoding?: BufferEncoding | Done, done?: Done): boolean => {
    print(typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true }))
    const callback = typeof encoding === 'function' ? encoding : done
    if (callback) process.nextTick(callback)
    return true
  }
}
