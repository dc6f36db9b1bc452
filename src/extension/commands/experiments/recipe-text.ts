import type { ExperimentView } from '../../../experiments/view'
import type { StoredExperiment } from '../../../store/experiments'
import type { Json } from '../../../support/canonical'
import { shownName, type KnownExperiment } from '../../experiments/registry'
import { percent } from '../../experiments/format'

/** Everything that it takes to repeat an experiment. */
export interface Recipe {
  readonly title: string
  readonly sections: readonly RecipeSection[]
}

export interface RecipeSection {
  readonly title: string
  /** What is copied of it. */
  readonly text: string
  /** Set in a font of fixed width. */
  readonly isCode: boolean
}

/** @param program what it is run by, such as `Ticket Lab 0.1.0` */
export function recipeOf(
  experiment: KnownExperiment,
  stored: StoredExperiment<ExperimentView> | undefined,
  program: string,
): Recipe {
  const { name, digest, createdAt, state, replicates, levels, deviations } = experiment
  const origin = stored?.origin ?? experiment.origin
  const setup = stored?.description ?? experiment.setup
  const about = [
    ['experiment', name],
    ['digest', digest],
    ['first run', createdAt],
    ['state', state],
    ['replicates', String(replicates)],
    ['levels', levels.map(({ level, density }) => `${level}: ${percent(density)}`).join(', ')],
    ...(origin ? [['notebook', origin.notebook]] : []),
    ['program', program],
  ]
  return {
    title: shownName(experiment),
    sections: [
      { title: 'What it is', text: rowsText(about), isCode: true },
      ...(origin ? [{ title: 'The cell that made it', text: origin.code, isCode: true }] : []),
      {
        title: 'Beside the paper',
        text: deviations.length > 0 ? deviations.map((one) => `- ${one}`).join('\n') : 'As in the paper.',
        isCode: false,
      },
      ...(setup === undefined
        ? []
        : [
            { title: 'What it starts from', text: rowsText(factsOf(setup)), isCode: true },
            { title: 'The same as JSON', text: JSON.stringify(setup, null, 2), isCode: true },
          ]),
      ...(stored?.tasks ? [{ title: 'Its tasks', text: tasksText(stored), isCode: true }] : []),
    ],
  }
}

/** All of it as Markdown. */
export function recipeText({ title, sections }: Recipe): string {
  const parts = sections.map(
    (section) =>
      `## ${section.title}\n\n${section.isCode ? `\`\`\`\n${section.text}\n\`\`\`` : section.text}`,
  )
  return `# ${title}\n\n${parts.join('\n\n')}\n`
}

function rowsText(rows: readonly (readonly string[])[]): string {
  const width = Math.max(0, ...rows.map(([key]) => key!.length))
  return rows.map(([key, value]) => `${key!.padEnd(width)}  ${value}`).join('\n')
}

/** Every number and name of a setup with the path to it; layers of networks as they are. */
function factsOf(value: Json, path = ''): (readonly string[])[] {
  if (path === 'deviations') return []
  if (typeof value !== 'object' || value === null) return [[path, String(value)]]
  if (Array.isArray(value)) {
    const items = value as readonly Json[]
    const isPlain = items.every((item) => typeof item !== 'object')
    return isPlain
      ? [[path, items.join(', ')]]
      : items.map((item, index) => [`${path} ${index + 1}`, JSON.stringify(item).replaceAll('"', '')])
  }
  return Object.entries(value as Readonly<Record<string, Json | undefined>>).flatMap(([key, member]) =>
    member === undefined ? [] : factsOf(member, path === '' ? key : `${path}.${key}`),
  )
}

/** The trainings by level and replicate, then the others: by these digests the store has what they found. */
function tasksText({ tasks = [], plan }: StoredExperiment<ExperimentView>): string {
  const { trainings = [] } = (plan ?? {}) as {
    readonly trainings?: readonly {
      readonly level: number
      readonly replicate: number
      readonly task: string
      readonly mask?: string
    }[]
  }
  const named = new Map<string, string>()
  for (const { level, replicate, task, mask } of trainings) {
    named.set(task, `training, level ${level}, replicate ${replicate}`)
    if (mask !== undefined) named.set(mask, `mask, level ${level}, replicate ${replicate}`)
  }
  const rest = tasks.filter((task) => !named.has(task))
  const rows = [...named, ...rest.map((task): [string, string] => [task, 'what these need'])]
  return rows.map(([task, what]) => `${task}  ${what}`).join('\n')
}
