import { Session } from 'node:inspector'
import { Socket } from 'node:net'
import type { MessagePort } from 'node:worker_threads'
import { splitter } from './pipe-text'
import { interruptPipe, type Question, type ToKernel } from './protocol'

/**
 * Shared by the two threads: interrupts asked for and handled by the main thread, terminations by V8, whether a debugger
 * may have stopped the main thread, and answers that it waits for.
 */
export type InterruptCounts = Int32Array
export const handledCount = 0
export const terminationCount = 1
export const wantedCount = 2
export const inspectedFlag = 3
export const answerCount = 4
export const countsSize = 5 * Int32Array.BYTES_PER_ELEMENT

/** How long the main thread may take to handle an interrupt by itself, in milliseconds. */
const patience = 200

/**
 * Runs in a worker. Every `!` from the pipe stands for one interrupt, which also reaches the main thread as a
 * message. When the main thread does not handle it soon, it is stuck in a cell: V8 is told to terminate
 * what it runs, and the interrupt is handed over once more, since its handler may be what was terminated.
 * Questions that hold the main thread go out on the pipe, and their answers come in on it.
 */
export function watchForInterrupts(counts: InterruptCounts, answers: MessagePort, main: MessagePort): void {
  const session = new Session()
  session.connectToMainThread()
  let wanted = 0
  let watching = false

  const insist = (): void => {
    if (Atomics.load(counts, handledCount) >= wanted) {
      watching = false
      return
    }
    Atomics.add(counts, terminationCount, 1)
    session.post('Runtime.terminateExecution')
    if (Atomics.load(counts, inspectedFlag) !== 0) leaveBreakpoint(session)
    setTimeout(() => {
      if (Atomics.load(counts, handledCount) < wanted) main.postMessage(wanted)
      setTimeout(insist, patience)
    }, patience)
  }

  const pipe = new Socket({ fd: interruptPipe, readable: true, writable: true })
  main.on('message', (question: Question) => {
    pipe.write(`${JSON.stringify({ type: 'ask', ...question })}\n`)
  })
  const answer = (line: string): void => {
    answers.postMessage(JSON.parse(line) as ToKernel)
    Atomics.add(counts, answerCount, 1)
    Atomics.notify(counts, answerCount)
  }
  const interruptsIn = splitter(answer)
  pipe.setEncoding('utf8').on('data', (text: string) => {
    const interrupts = interruptsIn(text)
    if (interrupts === 0) return
    wanted = Atomics.add(counts, wantedCount, interrupts) + interrupts
    if (watching) return
    watching = true
    setTimeout(insist, patience)
  })
  // The client is gone. The main thread notices by itself, unless it is stuck.
  pipe.on('close', () => {
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), 2000)
  })
  pipe.on('error', () => pipe.destroy())
}

/** What a debugger has stopped at a breakpoint ends there: without this, only when somebody lets it go on. */
function leaveBreakpoint(session: Session): void {
  session.post('Debugger.enable')
  // An error unless it is stopped, which is as well.
  session.post('Debugger.resume', { terminateOnResume: true }, () => undefined)
  session.post('Debugger.disable')
}

/** What the thread that watches for interrupts is started with. */
export interface InterrupterData {
  readonly ticketlabInterrupter: InterruptCounts
  /** Where answers go that the main thread waits for. */
  readonly answers: MessagePort
}
