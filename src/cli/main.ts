import { Command } from 'commander'
import packageJson from '../../package.json'
import { TicketLabError, type ErrorCode } from '../support/errors'
import { backendCommand } from './backend'
import { checkCommand } from './check'
import { dataCommand } from './data'
import { doctorCommand } from './doctor'
import { mcpCommand } from './mcp/command'
import { runCommand } from './run'
import { storeCommand } from './store/store'
import { toolCommand } from './tool'
import { workCommand } from './work'

/** The command line: `ticketlab --help`. */
function ticketlab(): Command {
  const program = new Command('ticketlab')
    .description('Find, inspect and compare winning lottery tickets.')
    .version(packageJson.version)
    .showHelpAfterError("Run 'ticketlab --help' for what there is.")
  runCommand(program)
  workCommand(program)
  checkCommand(program)
  backendCommand(program)
  dataCommand(program)
  storeCommand(program)
  doctorCommand(program)
  mcpCommand(program)
  toolCommand(program)
  return program
}

/** Tells a failure and sets the exit code: 130 for an interruption, 3 for what this machine cannot have, otherwise 1. */
function fail(error: unknown): void {
  if (error instanceof TicketLabError) {
    console.error(error.message)
    process.exitCode = exitCodes[error.code] ?? 1
    return
  }
  // A mistake of ours: the stack says where.
  console.error(error)
  process.exitCode = 1
}

/** Programs tell by them what happened: keep them. */
const exitCodes: Readonly<Partial<Record<ErrorCode, number>>> = { cancelled: 130, 'backend-unavailable': 3 }

ticketlab().parseAsync().catch(fail)
