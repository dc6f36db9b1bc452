import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads'
import { answerCount, handledCount, type InterruptCounts, type InterrupterData } from './interrupter'
import { interrupterName, type Answer, type Question, type ToKernel } from './protocol'

/** The main thread's side of the thread that watches for interrupts. */
export interface Interrupts {
  /** To be called for an interrupt that came as a message. */
  readonly interrupt: () => void
  /** Asks somebody, and holds this thread until the answer is there or V8 terminates what runs. */
  readonly askAndWait: (question: Question) => Answer
}

/** Starts the thread that watches for interrupts. */
export function watchInterrupts(
  program: string,
  counts: InterruptCounts,
  interrupted: () => void,
): Interrupts {
  const { port1: answers, port2: toAnswer } = new MessageChannel()
  const workerData: InterrupterData = { ticketlabInterrupter: counts, answers: toAnswer }
  const handle = (): void => {
    Atomics.add(counts, handledCount, 1)
    interrupted()
  }
  const worker = new Worker(program, { workerData, transferList: [toAnswer], name: interrupterName })
  worker.on('message', (interrupt: number) => {
    while (Atomics.load(counts, handledCount) < interrupt) {
      early++
      handle()
    }
  })
  worker.unref()
  // Interrupts that the thread handed over before their message came.
  let early = 0
  return {
    interrupt() {
      if (early > 0) early--
      else handle()
    },
    askAndWait(question) {
      worker.postMessage(question)
      for (;;) {
        const before = Atomics.load(counts, answerCount)
        const received = receiveMessageOnPort(answers)?.message as ToKernel | undefined
        if (received === undefined) Atomics.wait(counts, answerCount, before)
        else if (received.type === 'answer' && received.question === question.question) return received.answer
      }
    },
  }
}
