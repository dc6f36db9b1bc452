import { describe, expect, test } from 'vitest'
import { arrange } from '../../src/extension/experiments/arrange'
import { appearance } from '../../src/extension/experiments/appearance'
import { differencesBetween, tellApart } from '../../src/extension/experiments/differences'
import { children, roots } from '../../src/extension/experiments/nodes'
import { emptyRegistry, experiments, withLive, withStored } from '../../src/extension/experiments/registry'
import type { KnownExperiment } from '../../src/extension/experiments/registry'
import { recipeHtml } from '../../src/extension/commands/experiments/recipe-page'
import { recipeOf, recipeText } from '../../src/extension/commands/experiments/recipe-text'
import { cellLike } from '../../src/extension/commands/experiments/similar-cell'
import { running } from './views'

const setup = {
  name: 'lenet-mnist',
  network: { name: 'lenet', layers: [{ kind: 'dense', units: 300 }] },
  recipe: { steps: 2000, optimizer: { kind: 'adam', learningRate: 0.0012 } },
  seed: 1,
  replicates: 2,
}
const origin = { notebook: '/home/ada/few.ipynb', code: 'const few = 1' }

function made(letter: string, changes: Partial<KnownExperiment> = {}): KnownExperiment {
  return { ...running, digest: letter.repeat(64), setup, origin, ...changes }
}

describe('experiments of the same name', () => {
  const slow = made('b', {
    setup: { ...setup, recipe: { ...setup.recipe, optimizer: { kind: 'adam', learningRate: 0.0002 } } },
  })

  test('are told apart by what differs in what they started from, and by nothing else', () => {
    const apart = tellApart([made('a'), slow])
    expect([...apart.values()]).toEqual([['learning rate 0.0012'], ['learning rate 0.0002']])
    expect(roots([made('a'), slow]).map((node) => appearance(node).description)).toEqual([
      'learning rate 0.0012 · 1 of 3 levels',
      'learning rate 0.0002 · 1 of 3 levels',
    ])
  })

  test('are told apart by depth, network, and what only one of them has', () => {
    const deeper = made('c', { levels: [...running.levels, { ...running.levels[2]!, level: 3 }] })
    expect([...tellApart([made('a'), deeper]).values()]).toEqual([['levels to 2'], ['levels to 3']])
    const wide = made('d', {
      setup: { ...setup, network: { name: 'lenet', layers: [{ kind: 'dense', units: 400 }] } },
    })
    const [one, other] = [...tellApart([made('a'), wide]).values()]
    expect([one, other]).toEqual([
      [expect.stringMatching(/^network lenet [0-9a-f]{4}$/)],
      [expect.stringMatching(/^network lenet [0-9a-f]{4}$/)],
    ])
    expect(one).not.toEqual(other)
    const scoped = made('e', { setup: { ...setup, scope: 'global' } })
    expect([...tellApart([made('a'), scoped]).values()]).toEqual([['no scope'], ['scope global']])
  })

  test('are told apart by what few of them have, and by no more than that takes', () => {
    const recipe = (changes: object) => ({ ...setup, recipe: { ...setup.recipe, ...changes } })
    const all = [
      made('a'),
      made('b', { setup: recipe({ steps: 500 }) }),
      made('c', { setup: recipe({ steps: 500, batchSize: 20 }) }),
      made('d', { setup: { ...recipe({}), seed: 2 } }),
      made('e', { setup: { ...recipe({}), seed: 3 } }),
    ]
    expect([...tellApart(all).values()]).toEqual([
      ['steps 2000', 'seed 1'],
      ['steps 500', 'seed 1', 'no batch size'],
      ['batch size 20', 'steps 500'],
      ['seed 2'],
      ['seed 3'],
    ])
  })

  test('need nothing where names or labels tell them apart', () => {
    expect(tellApart([made('a'), { ...slow, name: 'other' }]).size).toBe(0)
    expect(tellApart([made('a'), { ...slow, label: { name: 'slow' } }]).size).toBe(0)
  })

  test('are told apart by deviations where a kernel has only just told of one', () => {
    const other = { ...running, digest: 'a'.repeat(64) }
    const live = { ...running, digest: 'f'.repeat(64), deviations: ['steps 500 (paper: 50000)'] }
    expect([...tellApart([other, live]).values()]).toEqual([['steps 2000'], ['steps 500']])
  })

  test('are compared row by row', () => {
    expect(differencesBetween(made('a'), slow)).toEqual([['learning rate', '0.0012', '0.0002']])
  })
})

describe('the list of experiments', () => {
  const early = made('a', { createdAt: '2026-01-01T00:00:00.000Z' })
  const late = made('b', { createdAt: '2026-02-01T00:00:00.000Z', name: 'random reinit lenet-mnist' })
  const pinned = made('c', {
    createdAt: '2025-01-01T00:00:00.000Z',
    label: { name: 'the one', pinned: true },
  })
  const all = [early, late, pinned]

  test('has pinned ones first, then the latest, under what their user calls them', () => {
    expect(roots(all).map((node) => appearance(node).label)).toEqual([
      '★ the one',
      'random reinit lenet-mnist',
      'IMP lenet-mnist',
    ])
  })

  test('is filtered by words that are all somewhere in a row', () => {
    const shown = (filter: string) =>
      arrange(all, { groupBy: 'nothing', filter }).flatMap((group) =>
        group.experiments.map(({ digest }) => digest[0]),
      )
    expect(shown('reinit 2026-02')).toEqual(['b'])
    expect(shown('THE ONE')).toEqual(['c'])
    expect(shown('few.ipynb')).toEqual(['c', 'b', 'a'])
    expect(shown('absent')).toEqual([])
  })

  test('is grouped by notebook and by setup', () => {
    const other = made('d', { origin: { ...origin, notebook: '/home/ada/other.ipynb' } })
    const groups = roots([...all, other], { groupBy: 'notebook', filter: '' })
    expect(groups.map((node) => [appearance(node).label, children(node).length])).toEqual([
      ['few.ipynb', 3],
      ['other.ipynb', 1],
    ])
    const [setups] = roots(all, { groupBy: 'setup', filter: '' })
    expect(appearance(setups!)).toMatchObject({ label: 'lenet-mnist', description: '3 experiments' })
  })

  test('forgets what was deleted from the store, unless it runs', () => {
    const done = { ...running, state: 'done' as const }
    for (const [view, left] of [
      [done, 0],
      [running, 1],
    ] as const) {
      const told = withLive(withStored(emptyRegistry, [view]), 'kernel', view)
      expect(experiments(withStored(told, []))).toHaveLength(left)
    }
  })
})

describe('a recipe', () => {
  const digest = 'e'.repeat(64)
  const stored = {
    ...{ view: running, description: setup, origin, tasks: [digest, 'f'.repeat(64)] },
    plan: { trainings: [{ level: 1, replicate: 2, task: digest }] },
  }
  const recipe = recipeOf(made('a', { name: 'IMP <b>' }), stored, 'Ticket Lab 1.2.3')

  test('has the cell, every number of the setup and every task', () => {
    const text = recipeText(recipe)
    for (const part of [
      'const few = 1',
      '/home/ada/few.ipynb',
      'recipe.optimizer.learningRate  0.0012',
      `${digest}  training, level 1, replicate 2`,
      'steps 2000 (paper: 50000)',
      'Ticket Lab 1.2.3',
    ])
      expect(text).toContain(part)
    const json = recipe.sections.find(({ title }) => title === 'The same as JSON')!.text
    expect(JSON.parse(json)).toEqual(setup)
  })

  test('is a page that runs nothing of what is in it', () => {
    const html = recipeHtml(recipe, 'n0nce')
    expect(html).toContain('<h1>IMP &lt;b&gt;')
    expect(html.match(/<script/g)).toHaveLength(1)
    expect(html).toContain("default-src 'none'")
    expect(html.match(/<button/g)).toHaveLength(recipe.sections.length + 1)
  })
})

test('a cell is found as it was, or as the one that has most of its words', () => {
  const code = 'const few = await lab.imp(small, { levels: 1 })'
  expect(cellLike(['1 + 1', `${code}\n`], code)).toEqual({ index: 1, same: true })
  const changed = code.replace('levels: 1', 'levels: 5')
  expect(cellLike(['1 + 1', changed], code)).toEqual({ index: 1, same: false })
  expect(cellLike(['1 + 1', 'lab.plot.accuracy(few)'], code)).toBeUndefined()
})
