import { badInput } from '../../support/errors'
import type { Check } from '../../support/options'
import type { Criterion } from '../../tasks/tasks'
import { criteria, criteriaThat } from './all'
import type { CriterionOptions, OwnOption } from './criterion'
import { grasp } from './grasp'

type Name = keyof CriterionOptions

/** Options of pruning that only some criteria have. */
const ownOptions: Readonly<Record<Name, OwnOption>> = { temperature: grasp.options.temperature }

/** What checks each of them. */
export const ownChecks = Object.fromEntries(
  Object.entries(ownOptions).map(([name, { check }]) => [name, check]),
) as Readonly<Record<Name, Check<number>>>

/** Those that were given of them. */
export function givenOptions(given: CriterionOptions): CriterionOptions {
  return chosen(given, () => true)
}

/**
 * Those that were given and are not the default, which descriptions leave out.
 * @param of what they were given to, such as `lab.oneShot`
 * @throws TicketLabError `bad-input` for an option that the criterion does not have
 */
export function checkOwnOptions(criterion: Criterion, given: CriterionOptions, of: string): CriterionOptions {
  return chosen(given, (name, value) => {
    if (criteria[criterion].options?.[name]) return value !== ownOptions[name].usual
    const having = criteriaThat(({ options }) => options?.[name] !== undefined)
    const quoted = having.map((one) => `'${one}'`).join(' or ')
    throw badInput(`${name} with criterion: ${quoted} only in ${of}`, `it with '${criterion}'`)
  })
}

/** Options of a criterion's own in words, such as `at temperature 1`. */
export function ownOptionTexts(given: CriterionOptions): readonly string[] {
  return (Object.entries(givenOptions(given)) as [Name, number][]).map(([name, value]) =>
    ownOptions[name].text(value),
  )
}

/** Options without those that only some criteria have. */
export function withoutOwnOptions<T extends CriterionOptions>(options: T): Omit<T, Name> {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !(name in ownOptions))) as Omit<
    T,
    Name
  >
}

function chosen(given: CriterionOptions, isChosen: (name: Name, value: number) => boolean): CriterionOptions {
  const names = Object.keys(ownOptions) as Name[]
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = given[name]
      return value !== undefined && isChosen(name, value) ? [[name, value]] : []
    }),
  )
}
