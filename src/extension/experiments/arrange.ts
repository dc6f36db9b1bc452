import { basename } from 'node:path'
import { shownName, type KnownExperiment } from './registry'

/** How the list of experiments is laid out. */
export interface Arrangement {
  readonly groupBy: Grouping
  /** Words that all must be somewhere in what is shown of an experiment; empty for no filter. */
  readonly filter: string
}

export type Grouping = 'nothing' | 'notebook' | 'setup'

export const plainArrangement: Arrangement = { groupBy: 'nothing', filter: '' }

/** What may be chosen, in the words that it is chosen by. */
export const groupings: Readonly<Record<Grouping, string>> = {
  nothing: 'One List',
  notebook: 'By Notebook',
  setup: 'By Setup',
}

/** The experiments of a group, which has a name unless there is one list. */
export interface Group {
  readonly name?: string
  readonly experiments: readonly KnownExperiment[]
}

/** The experiments that are shown: pinned ones first, then the latest. */
export function arrange(
  experiments: Iterable<KnownExperiment>,
  { groupBy, filter }: Arrangement,
): readonly Group[] {
  const words = filter.toLowerCase().split(/\s+/)
  const shown = [...experiments]
    .filter((one) => {
      const text = textOf(one)
      return words.every((word) => text.includes(word))
    })
    .sort(
      (a, b) =>
        Number(b.label?.pinned ?? false) - Number(a.label?.pinned ?? false) ||
        b.createdAt.localeCompare(a.createdAt) ||
        shownName(a).localeCompare(shownName(b)),
    )
  if (groupBy === 'nothing') return [{ experiments: shown }]
  const groups = new Map<string, KnownExperiment[]>()
  for (const one of shown) {
    const name = groupBy === 'notebook' ? notebookOf(one) : setupOf(one)
    groups.set(name, [...(groups.get(name) ?? []), one])
  }
  return [...groups].map(([name, all]) => ({ name, experiments: all }))
}

function textOf(one: KnownExperiment): string {
  const { name, label, deviations, state, createdAt, digest } = one
  return [name, label?.name ?? '', ...deviations, state, createdAt.slice(0, 10), digest, notebookOf(one)]
    .join(' ')
    .toLowerCase()
}

function notebookOf({ origin }: KnownExperiment): string {
  return origin ? basename(origin.notebook) : 'unknown notebook'
}

function setupOf({ setup, name }: KnownExperiment): string {
  const known = setup as { readonly name?: unknown } | undefined
  return typeof known?.name === 'string' ? known.name : name
}
