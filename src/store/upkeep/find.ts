import { badInput } from '../../support/errors'
import type { Digest } from '../../tasks/tasks'
import type { Label } from '../labels'
import type { ListedView } from './references'

/** An experiment that can be asked for. */
export interface Named {
  readonly experiment: { readonly view: ListedView }
  readonly label?: Label
}

/**
 * The experiments that are meant, each once.
 * @param asked digests, beginnings of digests, or names: its own, or what its user calls it
 * @throws TicketLabError `bad-input` for what means none, or several, which are listed
 */
export function findExperiments<One extends Named>(
  there: readonly One[],
  asked: readonly string[],
): readonly One[] {
  return [...new Set(asked.map((one) => findExperiment(there, one)))]
}

function findExperiment<One extends Named>(there: readonly One[], asked: string): One {
  const digestOf = ({ experiment }: One): Digest => experiment.view.digest
  const named = there.filter(({ experiment, label }) =>
    [experiment.view.name, label?.name].some((name) => name?.toLowerCase() === asked.toLowerCase()),
  )
  const begins = there.filter((one) => /^[0-9a-f]+$/.test(asked) && digestOf(one).startsWith(asked))
  const found = named.length > 0 ? named : begins
  const [only] = found
  if (only && found.length === 1) return only
  if (!only) {
    const advice = "'ticketlab store list' says what there is."
    throw badInput('a digest, the beginning of one, or a name of an experiment', `'${asked}'`, advice)
  }
  const list = found.map((one) => `- ${digestOf(one).slice(0, 12)}  ${describe(one)}`).join('\n')
  throw badInput(
    'what means one experiment',
    `'${asked}', which means ${found.length}:\n${list}\n`,
    'Name one by its digest.',
  )
}

function describe({ experiment: { view }, label }: Named): string {
  const name = label?.name === undefined ? view.name : `${label.name} (${view.name})`
  return `${name}, ${view.createdAt}`
}
