import type { Estimate, LevelCost, TaskCount, Total } from './estimate'
import { nameOf } from '../../experiments/experiment'
import { bytesText, countText, durationText, percentText } from '../../support/quantities'
import { display, printed, type Displayable, type MimeBundle } from '../../report/display'
import type { InstabilityResults } from '../results/instability-results'
import type { Results } from '../results/results'
import { tableBundle, tablesText, type Table } from '../../report/showing/table'

/** What an experiment will take, told before it is run. Shown in a notebook as a table. */
export class Cost implements Displayable, Estimate {
  /** Tasks by kind. */
  readonly tasks: readonly TaskCount[]
  readonly steps: Estimate['steps']
  readonly seconds: number
  readonly withTrainers: Estimate['withTrainers']
  readonly bytes: number
  /** What each level's ticket takes. */
  readonly levels: readonly LevelCost[]

  constructor(
    /** What would be run, with results that are empty. */
    readonly planned: Results | InstabilityResults,
    { tasks, steps, seconds, withTrainers, bytes, levels }: Estimate,
    /** How many networks train at once. */
    readonly trainers: number,
  ) {
    this.tasks = tasks
    this.steps = steps
    this.seconds = seconds
    this.withTrainers = withTrainers
    this.bytes = bytes
    this.levels = levels
  }

  /** The tables as text. */
  text(): string {
    return tablesText(this.tables())
  }

  /** Tasks, and levels. */
  tables(): readonly Table[] {
    const { experiment } = this.planned
    const { replicates, backend, sparse } = experiment.setup
    const backends = sparse ? `${backend.id} and, where sparse, ${sparse.backend.id}` : backend.id
    const of = `${replicates} ${replicates === 1 ? 'replicate' : 'replicates'}`
    const timed = this.levels.some(({ secondsPerStep }) => secondsPerStep !== undefined)
    const levels = this.levels.map(({ level, density, bytes, multiplyAdds, secondsPerStep }) => [
      String(level),
      ...[percentText(density), bytesText(bytes), countText(multiplyAdds)],
      ...(secondsPerStep === undefined ? [] : [milliseconds(secondsPerStep)]),
    ])
    const head = ['level', 'remaining', 'bytes at rest', 'multiply-adds per example']
    return [
      totalTable(`cost of ${nameOf(experiment)}: ${of}, on ${backends}, ${this.trainers} at once`, this),
      { header: [...head, ...(timed ? ['ms per step'] : [])], rows: levels },
    ]
  }

  [display](): MimeBundle {
    return tableBundle(...this.tables())
  }

  /** Such as `Cost of IMP lenet-mnist: 9,000 steps, about 2 min 05 s`. */
  toString(): string {
    return `Cost of ${nameOf(this.planned.experiment)}: ${totalLine(this)}`
  }

  /** What `console.log` prints. */
  [printed](): string {
    return this.toString()
  }
}

/** What several experiments will take that run at once, told before. Shown in a notebook as a table. */
export class VariantsCost implements Displayable, Total {
  /** Tasks by kind, all variants together. */
  readonly tasks: readonly TaskCount[]
  readonly steps: Total['steps']
  readonly seconds: number
  readonly withTrainers: Total['withTrainers']
  readonly bytes: number

  constructor(
    /** What each would take alone; tasks that variants share are among those of each. */
    readonly variants: Readonly<Record<string, Cost>>,
    { tasks, steps, seconds, withTrainers, bytes }: Total,
    /** How many networks train at once. */
    readonly trainers: number,
  ) {
    this.tasks = tasks
    this.steps = steps
    this.seconds = seconds
    this.withTrainers = withTrainers
    this.bytes = bytes
  }

  /** The tables as text. */
  text(): string {
    return tablesText(this.tables())
  }

  /** Tasks, and variants. */
  tables(): readonly Table[] {
    const rows = Object.entries(this.variants).map(([name, { steps, seconds, levels }]) => {
      const [dense] = levels
      return [
        name,
        countText(steps.todo),
        durationText(seconds),
        dense?.secondsPerStep === undefined ? '' : milliseconds(dense.secondsPerStep),
      ]
    })
    return [
      totalTable(`cost of ${rows.length} variants, ${this.trainers} at once`, this),
      { header: ['variant', 'steps to do', 'time alone', 'ms per step of the full network'], rows },
    ]
  }

  [display](): MimeBundle {
    return tableBundle(...this.tables())
  }

  /** Such as `Cost of 2 variants: 9,000 steps, about 2 min 05 s`. */
  toString(): string {
    return `Cost of ${Object.keys(this.variants).length} variants: ${totalLine(this)}`
  }

  /** What `console.log` prints. */
  [printed](): string {
    return this.toString()
  }
}

function totalLine({ steps, seconds }: Total): string {
  return `${countText(steps.todo)} steps to do of ${countText(steps.total)}, about ${durationText(seconds)}`
}

function totalTable(title: string, { tasks, steps, seconds, withTrainers, bytes }: Total): Table {
  const rows = tasks.map(({ kind, total, cached, todo }) => [kind, ...[total, cached, todo].map(countText)])
  const nothing = tasks.every(({ todo }) => todo === 0)
  const notes = [
    `training steps: ${countText(steps.todo)} to do of ${countText(steps.total)}`,
    nothing
      ? 'time: nothing is to be computed, all of it is in the store'
      : `time: about ${durationText(seconds)}, from steps and evaluations timed on this machine just now`,
    ...trainersText(withTrainers),
    `disk: about ${bytesText(bytes)} more`,
  ]
  return { title, header: ['tasks', 'in all', 'in the store', 'to do'], rows, notes }
}

/** Such as `trainers of all workers: 1 takes 8 min, 2 take 4 min; more than 2 have nothing to do`. */
function trainersText(all: Total['withTrainers']): string[] {
  const most = all.at(-1)
  if (!most) return []
  const each = all.map(
    ({ trainers, seconds }) => `${trainers} ${trainers === 1 ? 'takes' : 'take'} ${durationText(seconds)}`,
  )
  return [
    `trainers of all workers together: ${each.join(', ')}; more than ${most.trainers} would have nothing to do`,
  ]
}

function milliseconds(seconds: number): string {
  return (1000 * seconds).toPrecision(3)
}
