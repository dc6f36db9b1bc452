import { text } from 'node:stream/consumers'
import type { Command } from 'commander'
import { backendChoices } from '../backends/choose'
import { badInput } from '../support/errors'
import { checkOptions, lookUp, nameIn, wholeNumber } from '../support/options'
import { checkAsked } from '../lab/assistant/asked'
import { tellCost } from '../lab/assistant/planned'
import { assistantTools } from '../lab/assistant/tools'
import type { LabHost } from '../lab/host'
import { assistantHost } from './mcp/host'
import { interruptSignal } from './terminal'

/** What the editor asks a cost of: an experiment, and the settings that it depends on. */
interface CostRequest {
  readonly asked: object
  readonly backend: NonNullable<LabHost['backend']>
  readonly trainers: number
}

/**
 * Adds `ticketlab tool`, by which the editor asks what `ticketlab mcp` offers; it writes no cell. `ticketlab tool cost` tells
 * costs as lines of JSON, as they become known.
 */
export function toolCommand(parent: Command): void {
  parent
    .command('tool', { hidden: true })
    .argument('<name>')
    .action(async (name: string) => {
      const input = parsed(await text(process.stdin))
      const host = assistantHost(
        () => Promise.reject(new Error('The editor writes cells.')),
        interruptSignal(),
      )
      if (name === 'cost') {
        const { asked, ...settings } = costRequest(input)
        await tellCost(checkAsked(asked), { ...host.host, ...settings }, (cost) =>
          console.log(JSON.stringify(cost)),
        )
        return
      }
      console.log(await lookUp(assistantTools, name, 'tool').call(input, host))
    })
}

/** @throws TicketLabError `bad-input` */
function costRequest(input: unknown): Partial<CostRequest> & Pick<CostRequest, 'asked'> {
  const { asked, ...settings } = checkOptions<CostRequest>(
    input,
    {
      asked: (value) => value as object,
      backend: nameIn(backendChoices, 'backend'),
      trainers: wholeNumber(1),
    },
    'ticketlab tool cost',
  )
  if (asked) return { asked, ...settings }
  throw badInput('{ asked } in ticketlab tool cost', 'none')
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (cause) {
    throw badInput('the input of a tool in JSON on standard input', json.slice(0, 80), String(cause))
  }
}
