import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { removeLive, writeLive, type LiveTask } from '../store/live'
import { oneAtATime } from '../support/one-at-a-time'
import type { TaskEvent } from '../tasks/events'
import type { Report } from './executor'
import type { TaskNode } from './task-nodes'

/** Milliseconds between two reports of progress of a task. */
const quiet = 100
/** Milliseconds between two times that other processes are told of it. */
const period = 1000

/** Tells the runs of a task what is reported of it. */
export type Reporter = (report: Report) => void

/** Turns what is reported of a task into events: each row once for every attempt, progress not too often. */
export function reporter(node: TaskNode, where?: string): Reporter {
  const { digest, rows } = node
  let last = -Infinity
  const tellRow = (row: (typeof rows)[number]) => {
    if (row.step <= (rows.at(-1)?.step ?? -1)) return
    rows.push(row)
    emit(node, { kind: 'metrics', task: digest, row })
  }
  return (report) => {
    switch (report.type) {
      case 'started': {
        const { resumedAt } = report
        node.started = {
          kind: 'started',
          task: digest,
          ...(resumedAt === undefined ? {} : { resumedAt }),
          ...(where === undefined ? {} : { where }),
        }
        // An attempt before this one may have come further; what it told since then is told again.
        const before = rows.filter(({ step }) => step <= (resumedAt ?? 0))
        rows.splice(0, Infinity, ...before)
        emit(node, node.started)
        report.rows.forEach(tellRow)
        return
      }
      case 'metrics':
        tellRow(report.row)
        return
      case 'phase':
        emit(node, { kind: 'phase', task: digest, phase: report.phase })
        return
      case 'progress': {
        const now = performance.now()
        if (now - last < quiet && report.step < report.steps) return
        last = now
        const { step, steps, stepsPerSecond } = report
        emit(node, { kind: 'progress', task: digest, step, steps, stepsPerSecond })
      }
    }
  }
}

export function emit(node: TaskNode, event: TaskEvent): void {
  for (const run of node.runs) run.emit(event)
}

/** Tells other processes, through the store, what is reported of a task. */
export interface Herald {
  hear(report: Report): void
  /** Nothing is told any more. */
  end(): Promise<void>
}

/** @param store its folder */
export function heraldOf(store: string, { digest }: TaskNode, log: (text: string) => void): Herald {
  let live: LiveTask | undefined
  let last = -Infinity
  let failed = false
  const write = oneAtATime(async () => {
    if (live) await writeLive(store, digest, live)
  })
  const tell = () => {
    last = performance.now()
    write().catch((error: unknown) => {
      if (!failed) log(`What ${digest} is at could not be told to others: ${String(error)}`)
      failed = true
    })
  }
  return {
    hear(report) {
      if (report.type === 'started') {
        const { resumedAt } = report
        const attempt = randomBytes(8).toString('hex')
        live = {
          attempt,
          where: thisPlace(),
          ...(resumedAt === undefined ? {} : { resumedAt }),
          step: resumedAt ?? 0,
          steps: 0,
          stepsPerSecond: 0,
        }
        tell()
      } else if (report.type === 'progress' && live) {
        const { step, steps, stepsPerSecond } = report
        live = { ...live, step, steps, stepsPerSecond }
        if (performance.now() - last >= period) tell()
      }
    },
    async end() {
      live = undefined
      await write().catch(() => undefined)
      await removeLive(store, digest)
    },
  }
}

/** This machine, and the job of a cluster where one runs, such as `node2, job 17`. */
export function thisPlace(environment: NodeJS.ProcessEnv = process.env): string {
  const { SLURM_ARRAY_JOB_ID: array, SLURM_ARRAY_TASK_ID: index, SLURM_JOB_ID: job } = environment
  const named = array !== undefined && index !== undefined ? `${array}_${index}` : job
  return named === undefined ? hostname() : `${hostname()}, job ${named}`
}
