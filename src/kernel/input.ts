import { Readable } from 'node:stream'
import { belongingHere } from '../support/async-context'
import { TicketLabError } from '../support/errors'
import { followInterfaces } from './input-lines'
import { readFilesThrough } from './input-files'
import type { Outputs } from './output'
import type { Answer, Question } from './protocol'

/** What somebody types for the cells: `process.stdin`, `readline` on it, and files that stand for it. */
export interface Input {
  /** An answer has come; one to a question that was withdrawn is dropped. */
  readonly answer: (question: number, answer: Answer) => void
  /** The running cell was interrupted: it waits for no answer any more. */
  readonly interrupt: () => void
}

/** How questions reach somebody. */
export interface Asking {
  /** Whether there is anybody. */
  readonly hasUser: boolean
  readonly ask: (question: Question) => void
  /** Asks, and holds this thread until the answer is there. */
  readonly askAndWait: (question: Question) => Answer
  readonly withdraw: (question: number) => void
}

/** Lets cells read what somebody types. A line is asked for only when something waits for one. */
export function provideInput(
  asking: Asking,
  outputs: Pick<Outputs, 'owner' | 'print' | 'unfinishedLine'>,
): Input {
  let last = 0
  let open: { readonly question: number; readonly deliver?: (answer: Answer) => void } | undefined
  let stream: Readable | undefined
  /** Whether the stream wants to be filled. */
  let hungry = false
  let scheduled: (() => void) | undefined

  const question = (): Question => ({
    question: ++last,
    execution: outputs.owner(),
    prompt: outputs.unfinishedLine().trim() || interfaces.asked() || '',
  })
  /** What was typed stands after what was asked, as in a terminal. */
  const echo = (answer: Answer): void => {
    if (answer.kind === 'line') outputs.print('stdout', `${answer.text}\n`)
    else if (outputs.unfinishedLine() !== '') outputs.print('stdout', '\n')
  }

  const stdin = (): Readable => {
    if (stream && !stream.destroyed && !stream.readableEnded) return stream
    hungry = false
    const read = (): void => {
      hungry = true
      schedule()
    }
    // Nothing is read ahead: who reads a line may ask something else before the next.
    const made = new Readable({ highWaterMark: 0, read })
    for (const event of ['pause', 'resume', 'newListener', 'removeListener']) made.on(event, schedule)
    // What a terminal or a pipe has besides.
    const none = (): Readable => made
    return (stream = Object.assign(made, { fd: 0, isTTY: false, ref: none, unref: none }))
  }

  /** Reading begins before it is clear what for: the question is printed, or the interface closed, in the same turn. */
  const schedule = (): void => {
    const isScheduled = scheduled !== undefined
    // What comes of it is for who asked last: a cell may begin to read just when what an earlier one read is closed.
    scheduled = belongingHere(decide)
    if (isScheduled) return
    setImmediate(() => {
      const latest = scheduled
      scheduled = undefined
      latest?.()
    })
  }

  const decide = (): void => {
    const isWanted = hungry && stream !== undefined && !stream.destroyed && isRead(stream)
    if (!isWanted) {
      if (open?.deliver) close()
    } else if (!open) {
      if (!asking.hasUser) {
        retire(noInput())
        return
      }
      const asked = question()
      const deliver = belongingHere((answer: Answer) => {
        hungry = false
        interfaces.answered()
        echo(answer)
        stream?.push(answer.kind === 'line' ? `${answer.text}\n` : null)
      })
      open = { question: asked.question, deliver }
      asking.ask(asked)
    }
  }

  /** Whether anything waits for what comes next: an interface that nobody has asked anything of does not. */
  const isRead = (from: Readable): boolean => {
    const readers = from.listenerCount('data') + from.listenerCount('readable')
    if (readers === 0 || (from.listenerCount('readable') === 0 && from.readableFlowing !== true)) return false
    const { open, waiting } = interfaces.on(from)
    return readers > open || waiting > 0
  }

  const close = (): void => {
    if (open) asking.withdraw(open.question)
    open = undefined
  }

  /** Ends what reads now with an error, and interfaces, which take no notice of errors, with an end. */
  const retire = (error: TicketLabError): void => {
    const retired = stream
    stream = undefined
    retired?.destroy(error)
    setImmediate(() => retired?.emit('end'))
  }

  const askAndWait = (): Answer => {
    if (!asking.hasUser) throw noInput()
    const asked = question()
    // Not in `finally`: V8 ends this without it.
    open = { question: asked.question }
    const answer = asking.askAndWait(asked)
    open = undefined
    echo(answer)
    return answer
  }

  const interfaces = followInterfaces(() => stream, schedule, asking.hasUser ? undefined : noInput)
  readFilesThrough(askAndWait, stdin)
  Object.defineProperty(process, 'stdin', { configurable: true, enumerable: true, get: stdin })

  return {
    answer(question, answer) {
      if (open?.question !== question) return
      const { deliver } = open
      open = undefined
      deliver?.(answer)
    },
    interrupt() {
      if (!open) return
      const waits = open.deliver !== undefined
      close()
      if (waits)
        retire(new TicketLabError('cancelled', 'The cell was interrupted while it waited for input.'))
    },
  }
}

/** Why reading fails where nobody types. */
function noInput(): TicketLabError {
  return new TicketLabError(
    'no-input',
    'This cell waits for something to be typed, and there is nobody to type: a notebook that is run from the command ' +
      'line has no input. Run it in VS Code, where a box asks, or give the cell its value another way, such as an ' +
      'environment variable (process.env.NAME) or a file.',
  )
}
