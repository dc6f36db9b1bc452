import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { apiReference } from '../../scripts/api-reference.mjs'
import type { TicketLabError } from '../../src/support/errors'
import { seenFrom } from './declarations'
import { dryLab } from './dry'

const page = readFileSync('docs/api.md', 'utf8')

/** What stands under each heading, up to the next one of any level. */
const sections = new Map(
  page
    .split(/^(?=#{1,4} )/m)
    .map((part): [string, string] => [/^#+ (.*)$/m.exec(part)?.[1] ?? '', part.replace(/^#+ .*\n/, '')]),
)

const { lab } = dryLab()
const methods = Object.entries({
  ...Object.fromEntries(Object.entries(lab).map(([name, value]) => [`lab.${name}`, value as unknown])),
  ...Object.fromEntries(Object.entries(lab.plot).map(([name, value]) => [`lab.plot.${name}`, value])),
}).filter((one): one is [string, (...given: unknown[]) => unknown] => typeof one[1] === 'function')

/** The codes that a member may fail with, those of the members that it names among them. */
function codesOf(member: string): readonly string[] {
  const errors = /^- Errors: (.*)$/m.exec(sections.get(member) ?? '')?.[1] ?? ''
  const linked = [...errors.matchAll(/\[`([\w.-]+)`\]/g)].map(([, name]) => name!)
  return linked.flatMap((name) => (name.startsWith('lab.') ? codesOf(name) : [name]))
}

/** These have no errors of their own. */
const withoutErrors = ['lab.show', 'lab.cancel', 'lab.toBackground', 'lab.close']

describe('docs/api.md', () => {
  it('is what `npm run build` makes of the doc comments', async () => {
    expect(page).toBe(await apiReference())
  }, 120_000)

  it('has every member of lab', () => {
    const members = [...Object.keys(lab).filter((name) => name !== 'plot'), 'plot'].map(
      (name) => `lab.${name}`,
    )
    expect([...members, ...methods.map(([name]) => name)].filter((name) => !sections.has(name))).toEqual([])
    expect(methods.length).toBeGreaterThan(20)
  })

  it('has every option and every member of a result that an editor shows', () => {
    const { members } = seenFrom('src/lab/api.ts', 'Lab')
    const missing = members.filter(({ name }) => {
      const [type = '', member = '', inside] = name.split('.')
      if (type === 'Lab') return false
      // What an object has that is described in place stands in the column of types.
      if (inside !== undefined) return !page.includes(` ${inside}:`) && !page.includes(` ${inside}?:`)
      return !sections.has(`${type}.${member}`) && !rowOf(type, member)
    })
    expect(missing.map(({ name }) => name)).toEqual([])
  }, 120_000)

  it('says of every method what it may fail with', () => {
    const silent = methods.filter(([name]) => codesOf(name).length === 0)
    expect(silent.map(([name]) => name).sort()).toEqual([...withoutErrors].sort())
    expect(codesOf('lab.oneShot')).toContain('layer-died')
  })

  it.each(methods)('has the code with which %s refuses what it cannot take', async (name, method) => {
    const thrown: unknown = await Promise.resolve()
      .then(() => method(Symbol('nothing'), Symbol('nothing')))
      .then(
        () => undefined,
        (error: unknown) => error,
      )
    if (withoutErrors.includes(name)) expect(thrown).toBeUndefined()
    else expect(codesOf(name)).toContain((thrown as TicketLabError).code)
  })

  it('says what every code means, and names no other', () => {
    const codes = [...readFileSync('src/support/errors.ts', 'utf8').matchAll(/^ {2}\| '([a-z-]+)'$/gm)].map(
      ([, code]) => code!,
    )
    expect(codes).toContain('bad-input')
    expect(codes.filter((code) => (sections.get(code) ?? '').trim() === '')).toEqual([])
    expect(methods.flatMap(([name]) => codesOf(name)).filter((code) => !codes.includes(code))).toEqual([])
  })

  it('leads nowhere that is not there', () => {
    const anchors = [...page.matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
      title!
        .toLowerCase()
        .replaceAll(/[^a-z0-9 _-]/g, '')
        .replaceAll(' ', '-'),
    )
    expect(new Set(anchors).size).toBe(anchors.length)
    const targets = [...page.matchAll(/\]\(([^)]*)\)/g)].map(([, target]) => target!)
    expect(targets.length).toBeGreaterThan(500)
    const broken = targets.filter((target) =>
      target.startsWith('#') ? !anchors.includes(target.slice(1)) : !existsSync(join('docs', target)),
    )
    expect(broken).toEqual([])
  })

  it('says of every type what it is', () => {
    const types = [...sections].filter(([title]) => /^[A-Z]\w+$/.test(title))
    const silent = types.filter(([, text]) => /^\s*(\||`|One of|- `|Has everything)/.test(text))
    expect(types.length).toBeGreaterThan(100)
    expect(silent.map(([title]) => title)).toEqual([])
  })

  it('gives what units and shapes there are', () => {
    expect(sections.get('Results.weights')).toContain('`[inputs, units]`')
    expect(sections.get('Results.mask')).toContain('`[height, width, channels, filters]`')
    expect(rowOf('LevelResult', 'finalAccuracy')).toContain('in [0, 1]')
    expect(rowOf('PresetOptions', 'steps')).toContain('50,000')
    expect(sections.get('PresetName')).toContain("`'lenet-mnist'`")
    expect(sections.get('AfterPruning')).toContain('Weights and learning rates go back')
  })
})

/** The row of a member in the table of its type. */
function rowOf(type: string, member: string): string | undefined {
  const rows = (sections.get(type) ?? '').split('\n')
  return rows.find((row) => row.startsWith(`| \`${member}\``) || row.startsWith(`| \`${member}?\``))
}
