import type { Figure } from './draw'

/** How long a figure may take to be drawn, in milliseconds: ours take a fiftieth of it. */
const limit = 10_000
/** How long a worker may take to start, on a machine that trains networks meanwhile. */
const startLimit = 20_000
/** A worker without work ends after this time. */
const idleLimit = 60_000

/** A worker that draws for nobody to see. */
let running: Promise<Worker | undefined> | undefined
let idle: ReturnType<typeof setTimeout> | undefined
/** The end of the trial before: there is one worker, which draws one figure at a time. */
let before: Promise<unknown> = Promise.resolve()

/**
 * Draws a figure where nothing waits for it, in a worker, which can be stopped: on the page, one that computes for ever
 * would take all figures with it. Where the page allows no workers it is not tried.
 *
 * @param wanted whether the figure is still to be drawn, asked when its turn comes
 * @throws Error for a figure that takes too long
 */
export function tried(figure: Figure, wanted: () => boolean): Promise<void> {
  const mine = before.then(() => (wanted() ? trial(figure) : undefined))
  before = mine.catch(() => {})
  return mine
}

async function trial(figure: Figure): Promise<void> {
  clearTimeout(idle)
  const worker = await (running ??= start())
  if (!worker) return
  worker.postMessage(figure)
  const answer = await nextOf(worker, limit)
  if (answer === 'done') {
    idle = setTimeout(() => stop(worker), idleLimit)
    return
  }
  stop(worker)
  throw new Error(
    answer === 'late'
      ? `Drawing it took more than ${limit / 1000} seconds and was stopped.`
      : 'Drawing it takes more memory than there is, and was stopped.',
  )
}

function stop(worker: Worker): void {
  worker.terminate()
  running = undefined
}

/** This program once more, as a worker; `undefined` where the page does not allow it. */
async function start(): Promise<Worker | undefined> {
  try {
    const program = await (await fetch(import.meta.url)).blob()
    const worker = new Worker(await dataUrl(program), { type: 'module' })
    if ((await nextOf(worker, startLimit)) === 'done') return worker
    worker.terminate()
  } catch (error) {
    console.warn('Figures are drawn without a trial, since the page allows no worker.', error)
  }
  return undefined
}

/** The address that VS Code's pages allow for workers also where they have a policy. */
function dataUrl(program: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve((reader.result as string).replace(/^data:[^;,]*/, 'data:text/javascript'))
    reader.onerror = () => reject(reader.error ?? new Error('The program could not be read.'))
    reader.readAsDataURL(program)
  })
}

/** The worker's next message, or that it died or took longer than `limit` milliseconds. */
function nextOf(worker: Worker, limit: number): Promise<'done' | 'died' | 'late'> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve('late'), limit)
    worker.onmessage = () => {
      clearTimeout(timer)
      resolve('done')
    }
    worker.onerror = () => {
      clearTimeout(timer)
      resolve('died')
    }
  })
}
