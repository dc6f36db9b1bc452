import { canonicalJson, type Json } from '../../support/canonical'
import type { Digest } from '../../tasks/tasks'
import { shownName, type KnownExperiment } from './registry'

/** Facts about an experiment that may tell it from others, by what they are about. */
type Facts = ReadonlyMap<string, string>

/** Members of setups that are looked at as a whole: their numbers mean nothing by themselves. */
const whole = ['network', 'densities', 'own', 'augmentation', 'schedule']

/** Facts that a row shows at most. */
const mostShown = 4

/**
 * What tells experiments of the same name apart, such as `steps 2000` beside `steps 5000`; nothing for a name that
 * stands alone. What few of them share comes first; what all have, or most of them when it is not needed to tell one from
 * the others, is left out.
 */
export function tellApart(experiments: readonly KnownExperiment[]): ReadonlyMap<Digest, readonly string[]> {
  const byName = new Map<string, KnownExperiment[]>()
  for (const one of experiments) byName.set(shownName(one), [...(byName.get(shownName(one)) ?? []), one])
  const apart = new Map<Digest, readonly string[]>()
  for (const alike of byName.values()) {
    if (alike.length < 2) continue
    const facts = alike.map(factsOf)
    const about = [...new Set(facts.flatMap((one) => [...one.keys()]))]
    const different = about.filter((key) => new Set(facts.map((one) => one.get(key))).size > 1)
    alike.forEach(({ digest }, index) => apart.set(digest, wordsFor(different, facts[index]!, facts)))
  }
  return apart
}

/** Why two experiments are not the same, row by row: what differs, in the one, in the other. */
export function differencesBetween(
  one: KnownExperiment,
  other: KnownExperiment,
): readonly (readonly [string, string, string])[] {
  const [first, second] = [factsOf(one), factsOf(other)]
  const about = [...new Set([...first.keys(), ...second.keys()])]
  return about
    .filter((key) => first.get(key) !== second.get(key))
    .map((key) => [key, first.get(key) ?? 'none', second.get(key) ?? 'none'])
}

function wordsFor(different: readonly string[], own: Facts, all: readonly Facts[]): readonly string[] {
  const sharedBy = (key: string): number => all.filter((one) => one.get(key) === own.get(key)).length
  const shown: string[] = []
  let alike = all
  for (const key of different.toSorted((one, other) => sharedBy(one) - sharedBy(other))) {
    const isUsual = sharedBy(key) > all.length / 2
    if (shown.length >= mostShown || (isUsual && alike.length === 1)) break
    shown.push(key)
    alike = alike.filter((one) => one.get(key) === own.get(key))
  }
  return shown.map((key) => {
    const value = own.get(key)
    return value === undefined ? `no ${key}` : `${key} ${value}`
  })
}

function factsOf({ kind, levels, replicates, setup, deviations }: KnownExperiment): Facts {
  const facts = new Map<string, string>([
    ...(setup === undefined ? deviations.map(factOfDeviation) : factsIn(setup, [])),
    ['kind', kind],
    ['replicates', String(replicates)],
  ])
  const depths = levels.map(({ level }) => level)
  if (depths.length > 0) facts.set('levels', `to ${Math.max(...depths)}`)
  return facts
}

/** Such as `steps 2000 (paper: 50000)`. */
function factOfDeviation(deviation: string): [string, string] {
  const short = deviation.replace(/ \(paper(?:'s code)?: .*\)$/, '')
  const space = short.lastIndexOf(' ')
  return space < 0 ? [short, ''] : [short.slice(0, space), short.slice(space + 1)]
}

function factsIn(value: Json, path: readonly string[]): [string, string][] {
  const name = path.at(-1) ?? ''
  if (path[0] === 'deviations' || path[0] === 'variant') return []
  if (typeof value !== 'object' || value === null) return [[wordsOf(path), String(value)]]
  if (whole.includes(name) || Array.isArray(value)) return [[wordsOf(path), summaryOf(value)]]
  return Object.entries(value as Readonly<Record<string, Json | undefined>>).flatMap(([key, member]) =>
    member === undefined ? [] : factsIn(member, [...path, key]),
  )
}

/** A name where it has one, otherwise itself where it is short, or else a few digits that differ where it does. */
function summaryOf(value: Json): string {
  const text = canonicalJson(value)
  const { name, kind } = value as { name?: unknown; kind?: unknown }
  const called = [name, kind].find((one) => typeof one === 'string')
  if (text.length <= 24) return text.replaceAll('"', '')
  return called === undefined ? `${text.slice(0, 23)}…` : `${called} ${checksum(text)}`
}

function checksum(text: string): string {
  let sum = 0
  for (const character of text) sum = (Math.imul(sum, 31) + character.charCodeAt(0)) >>> 0
  return sum.toString(16).padStart(8, '0').slice(0, 4)
}

/** Such as `learning rate` for `recipe.optimizer.learningRate`, `rates dense` for `rates.dense`. */
function wordsOf(path: readonly string[]): string {
  const common = ['recipe', 'optimizer']
  return path
    .filter((name) => !common.includes(name))
    .map((name) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`))
    .join(' ')
}
