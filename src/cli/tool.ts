import { text } from 'node:stream/consumers'
import type { Command } from 'commander'
import { badInput } from '../support/errors'
import { lookUp } from '../support/options'
import { assistantTools } from '../lab/assistant/tools'
import { assistantHost } from './mcp/host'
import { interruptSignal } from './terminal'

/** Adds `ticketlab tool`, by which the editor asks what `ticketlab mcp` offers; it writes no cell. */
export function toolCommand(parent: Command): void {
  parent
    .command('tool', { hidden: true })
    .argument('<name>')
    .action(async (name: string) => {
      const input = parsed(await text(process.stdin))
      const tool = lookUp(assistantTools, name, 'tool')
      const host = assistantHost(
        () => Promise.reject(new Error('The editor writes cells.')),
        interruptSignal(),
      )
      console.log(await tool.call(input, host))
    })
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (cause) {
    throw badInput('the input of a tool in JSON on standard input', json.slice(0, 80), String(cause))
  }
}
