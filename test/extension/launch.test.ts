import { describe, expect, test } from 'vitest'
import { askedFrom } from '../../src/extension/commands/launch/asked'
import { costWords } from '../../src/extension/commands/launch/cost-words'
import { numbersProblem, wholeNumbersProblem } from '../../src/extension/commands/launch/numbers'
import { questionsFor, type Answers, type Known } from '../../src/extension/commands/launch/questions'
import { presetItem } from '../../src/extension/commands/preset-items'
import { controls, type ControlKind } from '../../src/experiments/control-kinds'
import { aboutPreset } from '../../src/lab/asked/presets/about'
import { checkAsked } from '../../src/lab/assistant/asked'
import { cellOf } from '../../src/lab/assistant/cell'

const about = aboutPreset('lenet-mnist')
const digest = '3f2a9c01b2d4'.padEnd(64, '0')
const known: Known = {
  presets: [
    { about, item: presetItem('lenet-mnist', about, { name: 'lenet-mnist', about }, new Set(['mnist'])) },
    {
      about: aboutPreset('conv2-cifar10'),
      item: presetItem(
        'conv2-cifar10',
        aboutPreset('conv2-cifar10'),
        { name: 'lenet-mnist', about },
        new Set(),
      ),
    },
  ],
  experiments: [
    {
      ...{ digest, label: 'IMP lenet-mnist', description: '2 levels', levels: [0, 1, 2], steps: 41 },
      ...{ isControllable: true, isAnalysable: true },
    },
  ],
  criteria: [
    { value: 'magnitude', label: 'one-shot pruning', beforeTraining: false },
    { value: 'snip', label: 'SNIP', beforeTraining: true },
  ],
  controls: Object.keys(controls) as ControlKind[],
}

/** The ids of the questions that are open. */
const open = (answers: Answers): readonly string[] =>
  questionsFor(answers, known)
    .map(({ id }) => id)
    .filter((id) => answers[id] === undefined)

/** Answers every question with what is proposed, beside what is given. */
function answered(given: Answers): Answers {
  let answers = given
  for (;;) {
    const question = questionsFor(answers, known).find(({ id }) => answers[id] === undefined)
    if (!question) return answers
    if (question.ask === 'text') expect(question.problem(question.usual), question.id).toBeUndefined()
    answers = { ...answers, [question.id]: question.usual }
  }
}

const cell = (given: Answers): string => cellOf(checkAsked(askedFrom(answered(given), known)))

describe('the questions of Run Experiment', () => {
  test('begin with the kind; nothing of the store is offered where nothing is', () => {
    const [kind] = questionsFor({}, { ...known, experiments: [] })
    expect(kind).toMatchObject({ id: 'kind' })
    const values = (from: Known): readonly string[] => {
      const [first] = questionsFor({}, from)
      return first?.ask === 'one' ? first.items.map(({ value }) => value) : []
    }
    expect(values({ ...known, experiments: [] })).toEqual(['imp', 'oneShot', 'variants', 'instability'])
    expect(values(known)).toEqual([
      'imp',
      'oneShot',
      'control',
      'variants',
      'instability',
      'instabilityOfTickets',
    ])
  })

  test('ask numbers only where others than those proposed are wanted', () => {
    const begun: Answers = { kind: 'imp', preset: 'lenet-mnist', levels: '2', controls: [] }
    expect(open({ ...begun, size: 'paper', after: 'rewind' })).toEqual([])
    expect(open({ ...begun, size: 'own', after: 'rewind' })).toEqual(['steps', 'replicates'])
    expect(open({ ...begun, size: 'paper', after: 'rewind-to' })).toEqual(['rewindTo'])
    expect(open({ ...begun, size: 'paper', after: 'fine-tune' })).toEqual(['fineTuneSteps'])
  })

  test('do not offer what cannot be: rewinding before training, controls of what is not rewound', () => {
    const begun: Answers = { kind: 'oneShot', preset: 'lenet-mnist', levels: '2', size: 'paper' }
    expect(open({ ...begun, criterion: 'snip' })).toEqual(['controls'])
    expect(open({ ...begun, criterion: 'magnitude' })).toEqual(['after', 'controls'])
    expect(open({ ...begun, criterion: 'magnitude', after: 'learning-rate' })).toEqual([])
  })

  test('refuse a step k at or beyond the end of training', () => {
    const given: Answers = {
      kind: 'imp',
      preset: 'lenet-mnist',
      levels: '2',
      size: 'own',
      steps: '41',
      replicates: '1',
      after: 'rewind-to',
    }
    const k = questionsFor(given, known).find(({ id }) => id === 'rewindTo')
    if (k?.ask !== 'text') throw new Error('k is not asked')
    expect(k.problem('40')).toBeUndefined()
    expect(k.problem('41')).toMatch(/from 0 to 40/)
  })
})

describe('the cell that answers make', () => {
  test('of IMP as in the paper says only what is asked', () => {
    expect(cell({ kind: 'imp', preset: 'lenet-mnist', size: 'paper', controls: [] })).toBe(
      "const tickets = await lab.imp(lab.preset('lenet-mnist'), { levels: 8 })\ntickets",
    )
  })

  test('of IMP, shorter, with controls', () => {
    expect(cell({ kind: 'imp', preset: 'lenet-mnist', levels: '2' })).toBe(
      [
        "const tickets = await lab.imp(lab.preset('lenet-mnist', { steps: 2000, replicates: 3 }), { levels: 2 })",
        "const randomReinit = await lab.control(tickets, 'random-reinit')",
        "const randomMask = await lab.control(tickets, 'random-mask')",
        'lab.plot.accuracy(tickets, randomReinit, randomMask)',
        'tickets',
      ].join('\n'),
    )
  })

  test('of one-shot pruning that fine-tunes', () => {
    expect(cell({ kind: 'oneShot', preset: 'lenet-mnist', after: 'fine-tune', size: 'paper' })).toContain(
      "lab.oneShot(lab.preset('lenet-mnist'), { levels: 8, afterPruning: 'fine-tune', fineTuneSteps: 5000 })",
    )
    expect(cell({ kind: 'oneShot', preset: 'lenet-mnist', criterion: 'snip' })).toContain("criterion: 'snip'")
  })

  test('of rewinding to a step', () => {
    const options = {
      kind: 'imp',
      preset: 'lenet-mnist',
      size: 'paper',
      after: 'rewind-to',
      controls: [],
    } as const
    expect(cell({ ...options, rewindTo: '300' })).toContain("lab.preset('lenet-mnist', { rewindTo: 300 })")
    expect(cell({ ...options, rewindTo: '0' })).toContain("lab.preset('lenet-mnist')")
  })

  test('of variants', () => {
    expect(cell({ kind: 'variants', preset: 'lenet-mnist', size: 'paper', values: '0.0012 0.0004' })).toBe(
      [
        'const variants = await lab.variants(',
        '  {',
        "    'learning rate 0.0012': lab.preset('lenet-mnist', { learningRate: 0.0012 }),",
        "    'learning rate 0.0004': lab.preset('lenet-mnist', { learningRate: 0.0004 }),",
        '  },',
        '  { levels: 8 },',
        ')',
        'lab.plot.accuracy(variants)',
      ].join('\n'),
    )
  })

  test('of what is there refers to it by its digest, and to no name that is taken', () => {
    const asked = checkAsked(askedFrom(answered({ kind: 'control', of: digest }), known))
    const isTaken = (name: string) => name === 'tickets'
    expect(cellOf(asked, { called: 'IMP lenet-mnist', isTaken, run: 'background' })).toBe(
      [
        "const tickets2 = await lab.stored('3f2a9c01b2d4') // IMP lenet-mnist",
        "const randomMask = await lab.control(tickets2, 'random-mask', { run: 'background' })",
        'lab.plot.accuracy(tickets2, randomMask)',
      ].join('\n'),
    )
  })

  test('of an instability analysis, of a network and of tickets', () => {
    expect(cell({ kind: 'instability', preset: 'lenet-mnist', size: 'paper' })).toBe(
      "const analysis = await lab.instability(lab.preset('lenet-mnist'), { steps: [0, 1000, 5000] })\nanalysis".replaceAll(
        /\[([^\]]*)\]/g,
        '[ $1 ]',
      ),
    )
    const some = cell({ kind: 'instabilityOfTickets', of: digest, analysed: '2', copiedAt: '0, 20' })
    expect(some).toContain('lab.instability(tickets, { steps: [ 0, 20 ], levels: [ 2 ] })')
    expect(cell({ kind: 'instabilityOfTickets', of: digest })).not.toContain('levels')
  })
})

test('numbers that are typed', () => {
  expect(numbersProblem('0.1, 0.03', 2)).toBeUndefined()
  expect(numbersProblem('0.1', 2)).toMatch(/At least 2/)
  expect(numbersProblem('0.1 x', 2)).toMatch(/from 0/)
  expect(numbersProblem('0.1 0.10', 2)).toMatch(/once/)
  expect(wholeNumbersProblem('0, 1.5', 1)).toMatch(/Whole/)
  expect(wholeNumbersProblem('0, 41', 1, 40)).toMatch(/up to 40/)
  expect(wholeNumbersProblem('0, 3', 1, Infinity, [0, 1])).toMatch(/no 3/)
})

test('what a cost is said to be', () => {
  const trainings = { total: 6, todo: 4 }
  expect(costWords({ trainings, steps: { total: 240, todo: 160 } })).toBe(
    '4 trainings, 160 steps, time not measured yet, 80 steps are in the store',
  )
  expect(costWords({ trainings, steps: { total: 240, todo: 240 }, seconds: 65, bytes: 2e6 })).toMatch(
    /^4 trainings, 240 steps, about 1 min 05 s on this machine, .* on disk$/,
  )
  const none = { total: 6, todo: 0 }
  expect(costWords({ trainings: none, steps: none, seconds: 0, bytes: 0 })).toMatch(
    /nothing is to be computed/,
  )
})
