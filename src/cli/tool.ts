import { text } from 'node:stream/consumers'
import type { Command } from 'commander'
import { backendChoices } from '../backends/choose'
import { badInput } from '../support/errors'
import { checkOptions, listOf, lookUp, nameIn, wholeNumber, type Check } from '../support/options'
import { checkAsked } from '../lab/assistant/asked'
import { tellCost, type ToldCost } from '../lab/assistant/planned'
import { assistantTools } from '../lab/assistant/tools'
import type { LabHost } from '../lab/host'
import { assistantHost } from './mcp/host'
import { interruptSignal } from './terminal'

/** What the editor asks a cost of, and the settings that it depends on. */
interface CostRequest {
  /** An experiment as data. */
  readonly asked: object
  /** Or the cells of a notebook up to the one whose cost is asked for. */
  readonly cells: readonly string[]
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
        await tellCostsAsked(costRequest(input), host.host)
        return
      }
      console.log(await lookUp(assistantTools, name, 'tool').call(input, { ...host, asksUser: true }))
    })
}

async function tellCostsAsked(
  { asked, cells, ...settings }: Partial<CostRequest>,
  host: LabHost,
): Promise<void> {
  const all = { ...host, ...settings }
  const tell = (cost: ToldCost): void => console.log(JSON.stringify(cost))
  if (!cells) {
    await tellCost(checkAsked(asked), all, tell)
    return
  }
  // It has TypeScript inside, far the largest part.
  const { tellCellCost } = await import('./cell-cost/cell-cost')
  await tellCellCost(cells, all, tell)
}

/** @throws TicketLabError `bad-input` */
function costRequest(input: unknown): Partial<CostRequest> {
  return checkOptions<CostRequest>(
    input,
    {
      asked: (value) => value as object,
      cells: listOf(oneText, "['const a = 1']", 100_000),
      backend: nameIn(backendChoices, 'backend'),
      trainers: wholeNumber(1),
    },
    'ticketlab tool cost',
  )
}

const oneText: Check<string> = (value, name) => {
  if (typeof value === 'string') return value
  throw badInput(`texts in ${name}`, typeof value)
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (cause) {
    throw badInput('the input of a tool in JSON on standard input', json.slice(0, 80), String(cause))
  }
}
