import { TicketLabError } from '../support/errors'
import type { Outputs } from './output'
import { attempt, type CellError } from './stack'

/**
 * Errors that nobody waits for are told in the cell; leaving is what restart is for.
 * @param fail ends the cell that an error belongs to, if it still runs
 */
export function keepAlive(
  outputs: Outputs,
  describe: (thrown: unknown) => CellError,
  fail: (error: CellError) => boolean,
): void {
  const report = (thrown: unknown): void => {
    const code = attempt(() => (thrown instanceof TicketLabError ? thrown.code : undefined))
    // The work of an interrupted cell ends like this when the cell did not await it.
    if (code === 'cancelled') return
    // Whoever listens for lines waits for them, though not for an error.
    if (code === 'no-input' && fail(describe(thrown))) return
    outputs.print('stderr', `Uncaught ${describe(thrown).stack}\n`)
  }
  process.on('uncaughtException', (thrown) => outputs.tell(() => report(thrown)))
  process.on('unhandledRejection', (thrown, promise) => outputs.tell(() => report(thrown), promise))
  process.exit = () => {
    throw new Error(
      'process.exit would end the kernel and lose all variables. To do that, restart the kernel; ' +
        'to leave a cell early, throw an error.',
    )
  }
}
