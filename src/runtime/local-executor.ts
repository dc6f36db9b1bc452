import { requireTensorflow } from '../backends/tensorflow/installation/find'
import type { Executor, Place } from './executor'
import type { Lock } from './locks/lock'
import { trainerSlots } from './locks/trainer-slots'
import { locksFolder } from '../store/layout'
import { backendFor } from '../tasks/tasks'
import { startTrainer, type TrainerOptions, type TrainerProcess } from './trainer-process'

export interface LocalExecutorOptions extends TrainerOptions {
  /** Trainers that may exist at once on this machine, everybody who uses the store together. */
  readonly trainers: number
  /** Who shares these trainers, by a name of theirs; by default everybody on this machine who uses the store. */
  readonly sharers?: string | undefined
}

/** How long a trainer without a task is kept, since starting one costs a second. Milliseconds. */
const warmth = 5_000
/** How often an idle trainer looks whether another process wants its slot. Milliseconds. */
const look = 250

/** A slot, and the trainer that lives in it, once one was started. */
interface Seat {
  readonly lock: Lock
  trainer?: TrainerProcess
  /** The arithmetic of the TensorFlow that the trainer has loaded: it loads one only, once. */
  arithmetic?: string | undefined
  busy: boolean
  idleSince: number
}

/** Runs tasks in trainer processes on this machine. A trainer exists only in a slot, which ends with it. */
export function createLocalExecutor(options: LocalExecutorOptions): Executor {
  const slots = trainerSlots(locksFolder(options.store), options.trainers, options.sharers)
  const seats = new Set<Seat>()
  const closing = new AbortController()
  let timer: NodeJS.Timeout | undefined

  const giveUp = async (seat: Seat) => {
    seats.delete(seat)
    await seat.trainer?.end()
    await seat.lock.release()
  }

  /** It may have been taken, or given up, while something was awaited. */
  const isIdle = (seat: Seat) => seats.has(seat) && !seat.busy

  /** Whether somebody else should have one of our slots. Where that cannot be found out, they stay ours. */
  const shouldYield = () =>
    slots.shouldYield(seats.size).catch((error: unknown) => {
      options.log('error', `Who waits for a trainer cannot be found out: ${String(error)}`)
      return false
    })

  /** Ends trainers that idle for long, or whose slot somebody else should have. */
  const tidy = async () => {
    for (const seat of [...seats].filter(({ busy }) => !busy)) {
      const cold = performance.now() - seat.idleSince > warmth
      if (cold || !seat.trainer?.alive() || (await shouldYield())) {
        if (isIdle(seat)) await giveUp(seat)
      }
    }
    if (seats.size === 0) {
      clearInterval(timer)
      timer = undefined
    }
  }
  const startTidying = () => {
    timer ??= setInterval(() => {
      tidy().catch((error: unknown) =>
        options.log('warning', `Looking after idle trainers failed: ${String(error)}`),
      )
    }, look)
    timer.unref()
  }

  function placeAt(seat: Seat): Place {
    let released = false
    return {
      async run(job, onReport, signal) {
        const { task } = job
        const backend = backendFor(task)
        const wanted = backend?.id === 'tensorflow' ? backend.arithmetic : undefined
        if (wanted !== undefined && wanted !== (seat.arithmetic ?? wanted)) await seat.trainer?.end()
        if (!seat.trainer?.alive()) {
          seat.trainer = startTrainer(options)
          seat.arithmetic = undefined
        }
        seat.arithmetic = wanted ?? seat.arithmetic
        return seat.trainer.run(job, onReport, signal)
      },
      shouldYield,
      async release() {
        if (released) return
        released = true
        seat.busy = false
        seat.idleSince = performance.now()
        const leave = closing.signal.aborted || (await shouldYield())
        if (!isIdle(seat)) return
        if (leave || !seat.trainer?.alive()) {
          await giveUp(seat)
          return
        }
        seat.trainer.hold(false)
        startTidying()
      },
    }
  }

  function sit(seat: Seat): Place {
    seat.busy = true
    seat.trainer?.hold(true)
    return placeAt(seat)
  }

  return {
    check(tasks) {
      // Rejects, instead of throwing, when it is missing.
      return new Promise((resolve) => {
        if (tasks.some((task) => backendFor(task)?.id === 'tensorflow')) requireTensorflow(options.backends)
        resolve()
      })
    },

    async acquire(signal) {
      const idle = [...seats].find(({ busy, trainer }) => !busy && trainer?.alive())
      if (idle) return sit(idle)
      const lock = await slots.acquire(AbortSignal.any([signal, closing.signal]))
      const seat: Seat = { lock, busy: true, idleSince: 0 }
      seats.add(seat)
      return sit(seat)
    },

    async close() {
      closing.abort()
      clearInterval(timer)
      await Promise.all([...seats].map(giveUp))
    },
  }
}
