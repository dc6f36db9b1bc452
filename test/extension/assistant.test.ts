import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { languageModelTools } from '../../src/extension/contributions'
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

test('nothing is offered in folders that are not trusted', () => {
  expect(contributes.languageModelTools.every(({ when }) => when === 'isWorkspaceTrusted')).toBe(true)
})
