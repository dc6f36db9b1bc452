import type { Activity, RunActivity } from '../experiments/activity'
import { paceParts } from '../report/words/pace'

/** The part of a terminal that is needed here; `process.stdout` is one. */
export interface Screen {
  write(text: string): unknown
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
}

/** Prints what cells say, with what is running below it. */
export interface RunTerminal {
  print(text: string): void
  activity(activity: Activity): void
  /** Takes the lines of what is running away. */
  end(): void
}

/** Elsewhere than in a terminal, a run is told of this often, in milliseconds. */
const quiet = 5_000

/** A terminal with a line per run that is updated in place; a log gets a line every five seconds. */
export function runTerminal(screen: Screen, now: () => number = Date.now): RunTerminal {
  return screen.isTTY ? liveTerminal(screen) : plainTerminal(screen, now)
}

/** Such as `IMP lenet-mnist  level 3  42%  3,120 steps/s  1 min 20 s left`. */
export function describeRun(run: RunActivity): string {
  const { name, levels, stepsDone, stepsTotal, done, total, part = 0 } = run
  const fraction = stepsTotal > 0 ? stepsDone / stepsTotal : total > 0 ? done / total : 0
  // What is left when all is trained (evaluations along lines) may take minutes.
  const trained = stepsDone >= stepsTotal && done < total
  const ofAll = `${stepsTotal > 0 ? '100% trained, ' : ''}${done} of ${total} tasks`
  const parts = [
    name,
    levels && (levels[0] === levels[1] ? `level ${levels[0]}` : `levels ${levels[0]}-${levels[1]}`),
    trained ? ofAll : `${Math.floor(fraction * 100)}%`,
    trained && part > 0 ? `${Math.floor(part * 100)}% of the next` : undefined,
    ...paceParts(run),
  ]
  return parts.filter((part) => part !== undefined).join('  ')
}

function plainTerminal(screen: Screen, now: () => number): RunTerminal {
  const told = new Map<number, number>()
  return {
    print: (text) => void screen.write(text),
    activity({ runs }) {
      for (const run of runs) {
        if (now() - (told.get(run.run) ?? -Infinity) < quiet) continue
        told.set(run.run, now())
        screen.write(`${describeRun(run)}\n`)
      }
    },
    end: () => undefined,
  }
}

function liveTerminal(screen: Screen): RunTerminal {
  let shown: readonly string[] = []
  // The cursor stays at the start of the first of these lines; text printed so far ends above it.
  let unfinished = ''
  const clear = (): void => {
    if (shown.length > 0) screen.write('\r\u001b[J')
  }
  let midLine = false
  const draw = (): void => {
    if (shown.length === 0) return
    const width = (screen.columns ?? 80) - 1
    const fitting = shown.map((line) => (line.length > width ? `${line.slice(0, width - 1)}…` : line))
    screen.write(fitting.join('\n') + (shown.length > 1 ? `\u001b[${shown.length - 1}A` : '') + '\r')
  }
  return {
    print(text) {
      clear()
      // A line that is not over yet would be drawn over, so it waits for its end while something runs.
      const whole = unfinished + text
      const end = shown.length > 0 ? whole.lastIndexOf('\n') + 1 : whole.length
      unfinished = whole.slice(end)
      screen.write(whole.slice(0, end))
      if (end > 0) midLine = whole[end - 1] !== '\n'
      draw()
    },
    activity({ runs }) {
      clear()
      if (midLine && runs.length > 0) screen.write('\n')
      if (runs.length > 0) midLine = false
      shown = runs.map(describeRun)
      draw()
    },
    end() {
      clear()
      shown = []
      if (unfinished) screen.write(`${unfinished}\n`)
      unfinished = ''
    },
  }
}
