import { fork, type ChildProcess } from 'node:child_process'
import { Socket } from 'node:net'
import type { Job, Outcome, Report } from './executor'
import type { MeasureRequest, FromTrainer, Measured, ToTrainer } from '../trainer/protocol'

/** A trainer as its parent sees it. */
export interface TrainerProcess {
  /** Whether it can take a task. */
  alive(): boolean
  run(job: Job, onReport: (report: Report) => void, signal: AbortSignal): Promise<Outcome>
  /** Times training steps and evaluations, which leaves nothing in the store. */
  measure(request: MeasureRequest, signal: AbortSignal): Promise<Measured | Died>
  /** Ends it, in an orderly way if it is idle and answers soon. Resolves when it is gone. */
  end(): Promise<void>
  /** Lets this process end, or keeps it from ending, while the trainer idles. */
  hold(on: boolean): void
}

/** What is heard of a process that ended before it answered. */
type Died = Extract<Outcome, { readonly kind: 'died' }>

export interface TrainerOptions {
  /** The bundled trainer, dist/trainer.cjs. */
  readonly file: string
  readonly store: string
  readonly backends: string
  /** Milliseconds between checkpoints. */
  readonly checkpointPeriod: number
  /** Milliseconds that a trainer has to obey, before it is killed; 300 by default. */
  readonly grace?: number
  readonly log: (level: 'info' | 'warning' | 'error', message: string) => void
}

/** Characters of its last words that an error quotes. */
const lastWords = 2000
/** Milliseconds that they are waited for when something else holds its output open. */
const lastWordsWait = 300

/** What TensorFlow with oneDNN prints when it is loaded, whatever its log level; of no use to anybody. */
const greeting =
  /^(WARNING: All log messages before absl::InitializeLog\(\)|.*oneDNN custom operations are on\.).*\n?/gm

/** Starts a trainer: a plain Node process, whose output goes to the log. */
export function startTrainer({ file, log, grace = 300, ...options }: TrainerOptions): TrainerProcess {
  const child = fork(file, [], {
    // Options of this process, such as a debugger's port, are not for its children.
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const output = capture(child, log)
  const gone = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) =>
      resolve(signal ? `was killed by ${signal}` : `exited with code ${code}`),
    )
    child.once('error', (error) => resolve(`could not be started: ${error.message}`))
  })
  let isGone = false
  void gone.then(() => (isGone = true))

  const send = (message: ToTrainer) => {
    // When the channel is closed, `gone` tells.
    if (child.connected) child.send(message, () => undefined)
  }
  const kill = () => void child.kill('SIGKILL')
  const { store, backends, checkpointPeriod } = options
  send({ type: 'configure', store, backends, checkpointPeriod })

  /** Sends a request and waits until `answerIn` finds its answer in a message, or the process is gone. */
  async function ask<Answer>(
    request: ToTrainer,
    answerIn: (message: FromTrainer) => Answer | undefined,
    signal: AbortSignal,
  ): Promise<Answer | Died | { readonly kind: 'cancelled' }> {
    if (signal.aborted) return { kind: 'cancelled' }
    let deadline: NodeJS.Timeout | undefined
    const cancel = () => {
      send({ type: 'cancel' })
      deadline = setTimeout(kill, grace)
    }
    signal.addEventListener('abort', cancel, { once: true })
    const answered = new Promise<Answer>((resolve) => {
      const listen = (message: FromTrainer) => {
        if (message.type === 'log') log(message.level, message.message)
        const answer = answerIn(message)
        if (answer === undefined) return
        child.off('message', listen)
        resolve(answer)
      }
      child.on('message', listen)
    })
    send(request)
    try {
      return await Promise.race([
        answered,
        gone.then(async (how): Promise<Died | { readonly kind: 'cancelled' }> => {
          if (signal.aborted) return { kind: 'cancelled' }
          return { kind: 'died', failure: died(how, await output.last()) }
        }),
      ])
    } finally {
      clearTimeout(deadline)
      signal.removeEventListener('abort', cancel)
    }
  }

  return {
    alive: () => !isGone && child.connected,

    run({ digest, task }, onReport, signal) {
      const answerIn = (message: FromTrainer): Outcome | undefined => {
        if (message.type === 'ended') return message.ending
        if (isReport(message)) onReport(message)
        return undefined
      }
      return ask({ type: 'run', digest, task }, answerIn, signal)
    },

    measure(request, signal) {
      const answerIn = (message: FromTrainer) => (message.type === 'measured' ? message.found : undefined)
      return ask({ type: 'measure', request }, answerIn, signal)
    },

    async end() {
      send({ type: 'shutdown' })
      const deadline = setTimeout(kill, grace)
      await gone
      clearTimeout(deadline)
    },

    hold(on) {
      if (on) child.ref()
      else child.unref()
      const channel = child.channel
      if (on) channel?.ref()
      else channel?.unref()
    },
  }
}

function isReport(message: FromTrainer): message is Report {
  return ['started', 'progress', 'phase', 'metrics'].includes(message.type)
}

function died(how: string, words: string): { code: 'trainer-died'; message: string } {
  const hint = how.includes('SIGKILL') ? ' If nobody killed it, the system may have run out of memory.' : ''
  const said = words ? ` Its last output: ${words}` : ''
  return { code: 'trainer-died', message: `The trainer process ${how} in mid-task.${hint}${said}` }
}

/** Sends what the process prints to the log, line by line, and remembers the end of it. */
function capture(child: ChildProcess, log: TrainerOptions['log']) {
  let words = ''
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (printed: string) => {
      const text = printed.replace(greeting, '')
      words = (words + text).slice(-lastWords)
      for (const line of text.split('\n')) if (line.trim()) log('info', `trainer ${child.pid}: ${line}`)
    })
    // A pipe keeps this process from ending, though the trainer may idle.
    if (stream instanceof Socket) stream.unref()
  }
  return {
    /** What it printed last, once everything has been read. */
    async last(): Promise<string> {
      await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, lastWordsWait))])
      return words.trim()
    },
  }
}
