import { Session } from 'node:inspector'
import { Socket } from 'node:net'
import { interruptPipe } from './protocol'

/**
 * Shared by the two threads: interrupts asked for and handled by the main thread, terminations by V8, and whether a
 * debugger may have stopped the main thread.
 */
export type InterruptCounts = Int32Array
export const handledCount = 0
export const terminationCount = 1
export const wantedCount = 2
export const inspectedFlag = 3

/** How long the main thread may take to handle an interrupt by itself, in milliseconds. */
const patience = 200

/**
 * Runs in a worker. Every byte from the pipe stands for one interrupt, which also reaches the main thread as a
 * message. When the main thread does not handle it soon, it is stuck in a cell: V8 is told to terminate
 * what it runs. `repeat` hands the interrupt over once more, since its handler may be what was terminated.
 */
export function watchForInterrupts(counts: InterruptCounts, repeat: (interrupt: number) => void): void {
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
      if (Atomics.load(counts, handledCount) < wanted) repeat(wanted)
      setTimeout(insist, patience)
    }, patience)
  }

  const pipe = new Socket({ fd: interruptPipe, readable: true, writable: false })
  pipe.on('data', (bytes) => {
    wanted = Atomics.add(counts, wantedCount, bytes.length) + bytes.length
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
