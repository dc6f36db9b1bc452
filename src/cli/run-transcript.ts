import type { FromKernel, Outcome } from '../kernel/protocol'
import { addOutput, type Shown } from './run-outputs'
import type { RunTerminal } from './run-terminal'

/** A cell that runs or has run. */
export interface RanCell {
  readonly shown: readonly Shown[]
  /** Absent while it runs. */
  readonly outcome?: Outcome
}

/** What the cells of a notebook have shown, each its own, and what a terminal is told of it. */
export interface Transcript {
  readonly begin: (count: number) => void
  readonly receive: (message: FromKernel) => void
  readonly end: (count: number, outcome: Outcome) => void
  readonly cell: (count: number) => RanCell | undefined
  readonly failed: () => number
  /** Prints what cannot be printed before a cell is over, since it may still change: displays. */
  readonly printDisplays: () => void
}

export function createTranscript(terminal: RunTerminal): Transcript {
  const cells = new Map<number, RanCell>()
  /** By their numbers, the texts of displays as they were printed. */
  const printed = new Map<number, string>()
  let running: number | undefined
  /** The cell that the terminal is told of, and whether its last line is not over. */
  let speaking: number | undefined
  let midLine = false

  const print = (count: number, text: string): void => {
    if (text === '') return
    if (count !== speaking) {
      if (midLine) terminal.print('\n')
      terminal.print(count === running ? `In [${count}] goes on:\n` : `In [${count}], after its end:\n`)
      speaking = count
    }
    terminal.print(text)
    midLine = !text.endsWith('\n')
  }

  const printDisplays = (): void => {
    for (const [count, { shown }] of cells) {
      for (const item of shown) {
        if (item.kind !== 'display') continue
        const text = item.bundle['text/plain']
        if (text === undefined || printed.get(item.display) === text) continue
        printed.set(item.display, text)
        print(count, `${text.trimEnd()}\n`)
      }
    }
  }

  return {
    begin(count) {
      cells.set(count, { shown: [] })
      running = speaking = count
      midLine = false
    },
    receive(message) {
      if (message.type === 'activity') terminal.activity(message.activity)
      if (message.type === 'log' && message.level !== 'info')
        terminal.print(`${message.level}: ${message.message}\n`)
      if (message.type !== 'output') return
      const { execution: count, output } = message
      const cell = cells.get(count)
      if (!cell) return
      cells.set(count, { ...cell, shown: addOutput(cell.shown, output) })
      if (output.kind === 'stream') print(count, output.text)
    },
    end(count, outcome) {
      cells.set(count, { shown: [], ...cells.get(count), outcome })
      terminal.activity({ runs: [] })
      printDisplays()
      if (outcome.kind === 'error') print(count, `${outcome.stack}\n`)
      if (outcome.kind === 'interrupted') print(count, 'The cell was interrupted.\n')
      running = undefined
    },
    cell: (count) => cells.get(count),
    failed: () => [...cells.values()].filter(({ outcome }) => outcome && outcome.kind !== 'success').length,
    printDisplays,
  }
}
