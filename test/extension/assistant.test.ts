import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { languageModelTools } from '../../src/extension/contributions'
import { controls } from '../../src/experiments/control-kinds'
import { skill, skillFile } from '../../src/lab/assistant/skill'
import { assistantTools } from '../../src/lab/assistant/tools'

interface Tool {
  readonly name: string
  readonly modelDescription: string
  readonly inputSchema: unknown
  readonly when: string
}

const { contributes } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  contributes: { languageModelTools: readonly Tool[] }
}

test('package.json offers the tools that there are, with the schemas of their options (npm run build)', () => {
  const told = contributes.languageModelTools.map(({ name, modelDescription, inputSchema }) => [
    name,
    modelDescription,
    inputSchema,
  ])
  const there = Object.entries(assistantTools).map(([name, { description, schema }]) => [
    name,
    description,
    schema,
  ])
  expect(told).toEqual(JSON.parse(JSON.stringify(there)))
  expect(told.map(([name]) => name)).toEqual(Object.keys(languageModelTools))
})

test('the skill is a file of the package, as agents read them (npm run build)', () => {
  const path = `skills/${skill.name}/SKILL.md`
  expect(readFileSync(path, 'utf8')).toBe(skillFile())
  expect(readFileSync('.vscodeignore', 'utf8')).toContain('!skills/**')
  // What agents ask of a skill's name and description.
  expect(skill.name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
  expect(skill.name.length).toBeLessThanOrEqual(64)
  expect(skill.description.length).toBeLessThanOrEqual(1024)
})

test('the skill names only tools, methods and controls that there are', () => {
  const { text } = skill
  const tools = [...text.matchAll(/`(ticketlab_\w+)`/g)].map(([, name]) => name)
  expect(new Set(tools)).toEqual(new Set(Object.keys(languageModelTools)))
  const api = readFileSync('docs/api.md', 'utf8')
  const methods = [...text.matchAll(/lab\.(\w+)/g)].map(([, name]) => name!)
  expect(methods.length).toBeGreaterThan(3)
  for (const method of methods) expect(api, method).toContain(`lab.${method}`)
  const named = [...text.matchAll(/`((?:random|constant|smart)[\w-]*-[\w-]*)`/g)].map(([, name]) => name!)
  expect(named.length).toBeGreaterThan(3)
  for (const name of named) expect(Object.keys(controls)).toContain(name)
})

test('nothing is offered in folders that are not trusted', () => {
  expect(contributes.languageModelTools.every(({ when }) => when === 'isWorkspaceTrusted')).toBe(true)
})
