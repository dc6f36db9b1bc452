import type { WriteStream } from 'node:tty'

/** Shows what is going on. */
export interface ProgressLine {
  /** `stage` groups updates; a new one is always worth a line. */
  show(stage: string, text: string): void
  /** Leaves the terminal on a fresh line. */
  end(): void
}

const quiet = 5_000

/**
 * One line that is updated in place in a terminal; elsewhere (a log, a pipe) one line for each stage and at most
 * one every five seconds within it.
 */
export function progressLine(stream: WriteStream, now: () => number = Date.now): ProgressLine {
  return stream.isTTY ? updatingLine(stream) : plainLines((line) => stream.write(line), now)
}

/** The way of {@link progressLine} for a log. */
export function plainLines(write: (line: string) => void, now: () => number): ProgressLine {
  let stage = ''
  let told = -Infinity
  return {
    show(newStage, text) {
      if (newStage === stage && now() - told < quiet) return
      stage = newStage
      told = now()
      write(`${text}\n`)
    },
    end: () => undefined,
  }
}

function updatingLine(stream: WriteStream): ProgressLine {
  let open = false
  return {
    show(_stage, text) {
      open = true
      const line = text.length < stream.columns ? text : `${text.slice(0, Math.max(stream.columns - 2, 0))}…`
      stream.write(`\r${line}\u001b[K`)
    },
    end() {
      if (open) stream.write('\n')
      open = false
    },
  }
}

/** An abort signal that Ctrl-C or a polite kill sets off; a second Ctrl-C ends the program at once. */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => controller.abort())
  return controller.signal
}
