import { describe, expect, test } from 'vitest'
import { interpretCell } from '../../src/cli/cell-cost/interpret'
import { createLab } from '../../src/lab/lab'
import { planner } from '../../src/lab/cost/plan'
import { openStoreView } from '../../src/store/store'
import type { Experiment } from '../../src/experiments/experiment'
import { nameOf } from '../../src/experiments/experiment'
import { dryHost } from '../lab/dry'

/** The experiments that the last of some cells would run. */
async function read(...cells: readonly string[]): Promise<readonly Experiment[]> {
  const found: Experiment[] = []
  const store = openStoreView(dryHost.store)
  const own = createLab(
    dryHost,
    planner(store, (one) => found.push(one)),
  )
  await interpretCell(cells, createLab(dryHost, planner(store)), own)
  return found
}

const setup = "const lenet = lab.preset('lenet-mnist', { steps: 41, replicates: 2 })"

describe('what a cell would run, read off without executing it', () => {
  test('is what the methods of lab would be given', async () => {
    const [tickets] = await read(`${setup}\nconst tickets = await lab.imp(lenet, { levels: 3 })\ntickets`)
    expect(tickets).toMatchObject({ kind: 'imp', levels: 3, setup: { replicates: 2, recipe: { steps: 41 } } })
    // The digest of the description is that of the same experiment described by a program.
    const [same] = await read(
      "const k = 3; const options = { levels: k }\nawait lab.imp(lab.preset('lenet-mnist', { replicates: 2, steps: 41 }), options)",
    )
    expect(same!.digest).toBe(tickets!.digest)
  })

  test('takes names from the cells above, whose own experiments do not count', async () => {
    const found = await read(
      setup,
      'let tickets = await lab.imp(lenet, { levels: 2 })',
      "const reinit = await lab.control(tickets, 'random-reinit')\nlab.plot.accuracy(tickets, reinit)\ntickets.levels",
    )
    expect(found.map(nameOf)).toEqual(['random reinit lenet-mnist'])
  })

  test('is of the latest declaration above', async () => {
    const other = "const lenet = lab.preset('lenet-mnist', { steps: 77 })"
    const [found] = await read(setup, other, 'await lab.imp(lenet, { levels: 1 })')
    expect(found!.setup.recipe.steps).toBe(77)
  })

  test('is all variants', async () => {
    const found = await read(setup, 'await lab.variants({ one: lenet, other: lenet }, { levels: 1 })')
    expect(found).toHaveLength(2)
  })
})

describe('what is not guessed', () => {
  test.each([
    [
      'other calls',
      `${setup}\nfetch('x')\nawait lab.imp(lenet, { levels: 2 })`,
      /code to execute.*line 2: fetch/,
    ],
    [
      'loops',
      `${setup}\nfor (const k of [1, 2]) await lab.imp(lenet, { levels: k })`,
      /code to execute.*line 2/,
    ],
    [
      'functions as criteria',
      `${setup}\nawait lab.imp(lenet, { levels: 2, criterion: ({ weights }) => weights })`,
      /code to execute/,
    ],
    ['names that no cell has', 'await lab.imp(lenet, { levels: 2 })', /no cell above declares lenet/],
    [
      'names that are assigned',
      `let k = 2\nk = 3\n${setup}\nawait lab.imp(lenet, { levels: k })`,
      /code to execute.*k = 3/,
    ],
    [
      'lists that are changed',
      `const ks = [0]\nks.push(20)\n${setup}\nawait lab.instability(lenet, { steps: ks })`,
      /code to execute|another way/,
    ],
    ['names of before they have a value', `await lab.imp(lenet, { levels: 2 })\n${setup}`, /used before/],
    ['a name of itself', 'const lenet = lenet', /used before/],
    ['another lab', `const lab = {}\nawait lab.imp(1)`, /lab is another one/],
    ['methods that compute', `${setup}\nconst mask = await lab.prune(lenet)`, /code to execute.*lab\.prune/],
    [
      'getters and methods of objects',
      `const given = { get levels() { return 3 } }\n${setup}\nawait lab.imp(lenet, given)`,
      /code to execute/,
    ],
  ])('%s', async (_, cell, reason) => {
    await expect(read(cell)).rejects.toThrow(reason)
  })

  test('what a cell between has done to a name', async () => {
    const changed = read(
      'const ks = [0]',
      'ks.push(20)',
      setup,
      'await lab.instability(lenet, { steps: ks })',
    )
    await expect(changed).rejects.toThrow(/ks is given its value in another way.*cell 2/)
  })

  test('what lab refuses itself', async () => {
    await expect(read(setup, 'await lab.imp(lenet, { level: 2 })')).rejects.toMatchObject({
      code: 'bad-input',
    })
  })
})
