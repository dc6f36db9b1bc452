import { nameOf, type Experiment } from '../../experiments/experiment'
import { isExperimentView } from '../../experiments/view'
import { openStore, openStoreView } from '../../store/store'
import { countText } from '../../support/quantities'
import { checkOptions, text, trueOrFalse } from '../../support/options'
import { sendAway } from '../running/away'
import { publishedPresetNames } from '../asked/presets'
import { aboutPreset } from '../asked/presets/about'
import { Cost, type VariantsCost } from '../cost/cost'
import type { LabHost } from '../host'
import { findStored, storedResults } from '../stored'
import { checkAsked, experimentSchema, type AskedExperiment } from './asked'
import { cellOf } from './cell'
import { costsOf } from './planned'

/** What tools need from whoever offers them to an assistant. */
export interface AssistantHost {
  readonly host: LabHost
  /** Writes a cell into a notebook, so that it stays the record. @returns where it is now, such as its path */
  writeCell(code: string): Promise<string>
  /** Whether it asks the user itself before it runs anything, with what is told here; otherwise the assistant has to. */
  readonly asksUser?: boolean
}

/** Something that an assistant can do. */
export interface AssistantTool {
  readonly title: string
  /** For the assistant: what it does, and when to use it. */
  readonly description: string
  readonly schema: Readonly<Record<string, unknown>>
  /** Whether it only reads: nothing is computed but timings, and nothing written. */
  readonly readOnly: boolean
  /** @throws TicketLabError what is told to the assistant */
  call(input: unknown, where: AssistantHost): Promise<string>
}

export type ToolName = 'ticketlab_describe' | 'ticketlab_cost' | 'ticketlab_results' | 'ticketlab_run'

const nothing = { type: 'object', additionalProperties: false, properties: {} } as const

/** The tools there are. */
export const assistantTools: Readonly<Record<ToolName, AssistantTool>> = {
  ticketlab_describe: {
    title: 'Describe what Ticket Lab can do',
    description:
      'Lists the presets (network, dataset, paper, steps of one training and what it costs), and says how to ask a question ' +
      'about lottery tickets well. Use it before the others.',
    schema: nothing,
    readOnly: true,
    call: () => Promise.resolve(description()),
  },
  ticketlab_cost: {
    title: 'What an experiment would cost',
    description:
      'Tasks, training steps, time on this machine and disk of an experiment, less what the store has already. Times a few ' +
      'steps, which takes seconds; computes nothing else. Use it before ticketlab_run, and tell the user what it says.',
    schema: experimentSchema(),
    readOnly: true,
    async call(input, { host }) {
      const costs = await costsOf(checkAsked(input), host)
      return costs.map((cost) => cost.text()).join('\n\n')
    },
  },
  ticketlab_results: {
    title: 'Results in the store',
    description:
      'Without an experiment: lists those in the store. With one (a name, a digest or its beginning): its results as a table, ' +
      'with spreads over replicates, verdicts and their 95% intervals, what deviates from the paper, and the cell it comes from.',
    schema: {
      type: 'object',
      additionalProperties: false,
      properties: {
        experiment: { type: 'string', description: 'A name, a digest, or the beginning of one.' },
      },
    },
    readOnly: true,
    async call(input, { host }) {
      const { experiment } = checkOptions<{ experiment: string }>(
        input ?? {},
        { experiment: text },
        'ticketlab_results',
      )
      return experiment === undefined ? listed(host.store) : resultsText(host.store, experiment)
    },
  },
  ticketlab_run: {
    title: 'Run an experiment',
    description:
      'Computes an experiment in the background and answers at once. Without "confirmed": true it only says what it would ' +
      'cost and which cell it would write: show both to the user and ask. The cell is written to a notebook, which is the record; ' +
      'running it there shows the plot. The user cancels it in the status bar or by "ticketlab cancel".',
    schema: withConfirmation(experimentSchema()),
    readOnly: false,
    async call(input, where) {
      const { confirmed, asked } = confirmation(input)
      const costs = await costsOf(asked, where.host)
      const code = cellOf(asked, { run: 'background' })
      const said = costs.map((cost) => cost.toString()).join('\n')
      if (!confirmed) {
        const next = where.asksUser ? '' : '\n\nAsk the user, then call again with "confirmed": true.'
        return `${said}\n\nThe cell would be:\n${code}${next}`
      }
      const file = await where.writeCell(code)
      const begun = await beginAll(costs.flatMap(experimentsOf), where.host)
      return `${said}\n\n${begun}\nThe cell is in ${file}. Ask ticketlab_results for what is found so far.`
    },
  },
}

function withConfirmation(schema: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const confirmed = { type: 'boolean', description: 'That the user has seen the cost and agreed.' }
  return { ...schema, properties: { ...(schema['properties'] as object), confirmed } }
}

function confirmation(input: unknown): { readonly confirmed: boolean; readonly asked: AskedExperiment } {
  const { confirmed = false, ...asked } = (input ?? {}) as { confirmed?: unknown }
  return { confirmed: trueOrFalse(confirmed, 'confirmed'), asked: checkAsked(asked) }
}

function experimentsOf(cost: Cost | VariantsCost): readonly Experiment[] {
  return cost instanceof Cost
    ? [cost.planned.experiment]
    : Object.values(cost.variants).map(({ planned }) => planned.experiment)
}

async function beginAll(experiments: readonly Experiment[], host: LabHost): Promise<string> {
  const store = await openStore(host.store, (level, message) => host.log(level, message))
  const lines: string[] = []
  for (const experiment of experiments) {
    const away = await sendAway(experiment, { kind: 'background' }, store, host)
    away.leave()
    lines.push(`${nameOf(experiment)} (${experiment.digest.slice(0, 12)}) is computed in the background.`)
  }
  return lines.join('\n')
}

function description(): string {
  const presets = publishedPresetNames.map((name) => {
    const { paper, dataset, steps, multiplyAdds } = aboutPreset(name)
    return `- ${name}: ${paper}; on ${dataset}; ${countText(steps)} steps a training, ${multiplyAdds.toExponential(1)} multiply-adds`
  })
  return [
    'Presets, each with the values of its paper:',
    ...presets,
    '',
    'A question about tickets needs controls (random-reinit, random-mask), at least 3 replicates for a verdict with an interval, and its ' +
      'cost told first. A verdict says whether it is settled: do not report one that is not as if it were. What deviates from the ' +
      'paper (fewer steps, fewer replicates) is listed with the results: repeat it. Test accuracy never decides when training stops.',
  ].join('\n')
}

async function listed(folder: string): Promise<string> {
  const { experiments } = await openStoreView(folder).experiments(isExperimentView)
  if (experiments.length === 0) return `There are no experiments in ${folder} yet.`
  return experiments
    .map(({ view }) => view)
    .sort((one, other) => other.createdAt.localeCompare(one.createdAt))
    .map(({ digest, name, state, createdAt, levels, replicates }) => {
      const size = `${levels.length} levels, ${replicates} replicates`
      return `${digest.slice(0, 12)}  ${createdAt.slice(0, 16).replace('T', ' ')}  ${state}  ${size}  ${name}`
    })
    .join('\n')
}

async function resultsText(folder: string, meant: string): Promise<string> {
  const store = openStoreView(folder)
  const { view, origin } = await findStored(store, meant)
  const results = await storedResults(store, view.digest)
  const from = origin ? [`from a cell of ${origin.notebook}:`, origin.code] : []
  return [`${view.name} (${view.digest.slice(0, 12)}), ${view.state}`, results.text(), ...from].join('\n\n')
}
