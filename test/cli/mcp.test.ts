import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { skill, skillFile } from '../../src/lab/assistant/skill'
import { listRuns } from '../../src/store/runs'
import { temporaryFolder } from '../runtime/lab'
import { bundleCommandLine, start, type Programs } from './programs'

let programs: Programs
beforeAll(async () => {
  programs = await bundleCommandLine()
})
afterAll(() => programs.remove())

let folder: string
let store: string
let remove: () => Promise<void>
let client: Client
beforeEach(async () => {
  ;({ folder, remove } = await temporaryFolder())
  store = join(folder, 'store')
  client = new Client({ name: 'test', version: '1' })
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [programs.cli, 'mcp', '--notebook', join(folder, 'record.ipynb')],
      env: { ...(process.env as Record<string, string>), TICKETLAB_STORE: store },
      stderr: 'ignore',
    }),
  )
})
afterEach(async () => {
  await client.close()
  await remove()
})

async function call(
  name: string,
  given: object = {},
): Promise<{ readonly failed: boolean; readonly text: string }> {
  const answer = await client.callTool({ name, arguments: { ...given } })
  const [{ text }] = answer.content as [{ text: string }]
  return { failed: answer.isError === true, text }
}

const presetOptions = { steps: 60, replicates: 2, evaluateEvery: 30, backend: 'wasm' }
const ladder = { kind: 'imp', preset: 'lenet-mnist', presetOptions, options: { levels: 1 } }

it('says what tools there are, which only read, and what they take, out of the options of cells', async () => {
  const { tools } = await client.listTools()
  expect(tools.map(({ name, annotations }) => [name, annotations?.readOnlyHint])).toEqual([
    ['ticketlab_describe', true],
    ['ticketlab_cost', true],
    ['ticketlab_results', true],
    ['ticketlab_run', false],
  ])
  const schema = tools[1]!.inputSchema as unknown as {
    properties: Record<string, { properties: object; enum: string[] }>
  }
  expect(Object.keys(schema.properties['options']!.properties)).toEqual(
    expect.arrayContaining(['levels', 'criterion', 'densities', 'steps', 'orders']),
  )
  expect(schema.properties['preset']!.enum).toContain('resnet20-cifar10')
  const { text } = await call('ticketlab_describe')
  expect(text).toMatch(/lenet-mnist: .*Frankle & Carbin.*50,000 steps/)
})

it('offers the skill: as a prompt, as a resource, and as a file', async () => {
  const { prompts } = await client.listPrompts()
  expect(prompts).toMatchObject([{ name: skill.name, description: skill.description }])
  const { messages } = await client.getPrompt({ name: skill.name })
  expect(messages).toEqual([{ role: 'user', content: { type: 'text', text: skill.text } }])
  const { resources } = await client.listResources()
  const { contents } = await client.readResource({ uri: resources[0]!.uri })
  expect(contents).toMatchObject([{ text: skillFile(), mimeType: 'text/markdown' }])
  await expect(client.readResource({ uri: 'ticketlab://skills/none' })).rejects.toThrow(/none/)
  const printed = await start(programs, ['mcp', '--skill'], {}).ended
  expect(printed).toMatchObject({ code: 0, text: skillFile() })
})

it('refuses what starts from nothing, or from what is not in the store', async () => {
  const control = { kind: 'control', options: {}, controls: ['random-mask'] }
  expect((await call('ticketlab_cost', control)).text).toContain('of in the experiment')
  expect((await call('ticketlab_cost', { ...control, of: '0123' })).text).toContain("'0123'")
  const variants = { ...ladder, kind: 'variants' }
  expect((await call('ticketlab_cost', variants)).text).toContain('variants by their names')
})

it('asks before it runs, runs in the background, writes the cell, and reads what was found', async () => {
  const asked = await call('ticketlab_run', { ...ladder, controls: ['random-reinit'] })
  expect(asked.text).toMatch(/Cost of IMP lenet-mnist: 240 steps to do of 240/)
  expect(asked.text).toContain("lab.control(tickets, 'random-reinit', { run: 'background' })")
  expect(asked.text).toContain('Ask the user')
  expect(await listRuns(store)).toEqual([])

  // The user's own cells stay.
  const record = join(folder, 'record.ipynb')
  const mine = { cell_type: 'markdown', metadata: {}, source: 'mine' }
  await writeFile(record, JSON.stringify({ cells: [mine], metadata: {}, nbformat: 4, nbformat_minor: 5 }))
  const begun = await call('ticketlab_run', { ...ladder, controls: ['random-reinit'], confirmed: true })
  expect(begun.text).toMatch(/IMP lenet-mnist \([0-9a-f]{12}\) is computed in the background/)
  const { cells } = JSON.parse(await readFile(record, 'utf8')) as { cells: { source: string | string[] }[] }
  expect(cells[0]).toEqual(mine)
  expect([cells[1]!.source].flat().join('')).toContain('const tickets = await lab.imp(')

  await expect.poll(() => listRuns(store), { timeout: 200_000 }).toEqual([])
  expect((await call('ticketlab_results')).text).toMatch(/done {2}2 levels, 2 replicates {2}IMP lenet-mnist/)
  // A control of what is there: two trainings more, under the masks of the tickets in the store.
  const control = { kind: 'control', of: 'IMP lenet-mnist', options: {}, controls: ['random-mask'] }
  expect((await call('ticketlab_cost', control)).text).toMatch(/training steps: 120 to do of 240/)
  const found = await call('ticketlab_results', { experiment: 'IMP lenet-mnist' })
  expect(found.text).toMatch(/matching/)

  // The cell that was written shows the same, at no cost.
  const shown = await start(programs, ['run', record, '--out', join(folder, 'out')], {
    TICKETLAB_STORE: store,
  }).ended
  expect(shown).toMatchObject({ code: 0 })
  expect((await call('ticketlab_cost', ladder)).text).toContain('nothing is to be computed')
}, 300_000)

it.each([
  ['an experiment that is none', { kind: 'imp' }, '{ kind, preset, options }'],
  ['a preset that there is not', { ...ladder, preset: 'lenet' }, 'lenet-mnist'],
  ['an option that there is not', { ...ladder, options: { level: 2 } }, 'levels'],
  ['a value out of its range', { ...ladder, options: { levels: -1 } }, 'levels'],
  ['code where data belongs', { ...ladder, presetOptions: { steps: '() => 1' } }, 'steps'],
  [
    'controls of an analysis',
    { ...ladder, kind: 'instability', options: { steps: [0] }, controls: ['random-mask'] },
    'controls',
  ],
])('refuses %s with words that help, and computes nothing', async (_, given, words) => {
  const { failed, text } = await call('ticketlab_run', { ...given, confirmed: true })
  expect(failed).toBe(true)
  expect(text).toContain(words)
  expect(await listRuns(store).catch(() => [])).toEqual([])
})
