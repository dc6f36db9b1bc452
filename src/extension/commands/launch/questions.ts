import { controls, type ControlKind } from '../../../experiments/control-kinds'
import type { PresetAbout } from '../../../lab/asked/presets/about'
import type { Criterion } from '../../../tasks/tasks'
import { countText } from '../../../support/quantities'
import { wholeNumberProblem } from '../../notebook/cells'
import type { Starts } from '../../experiments/starts'
import type { PresetItem } from '../preset-items'
import { numbersProblem, wholeNumbersProblem } from './numbers'

/** What can be run. */
export type LaunchKind = 'imp' | 'oneShot' | 'control' | 'variants' | 'instability' | 'instabilityOfTickets'

/** What has been answered so far, by the ids of the questions. */
export interface Answers {
  readonly kind?: LaunchKind
  readonly preset?: string
  /** The digest of an experiment in the store. */
  readonly of?: string
  readonly criterion?: Criterion
  readonly levels?: string
  readonly size?: 'paper' | 'short' | 'own'
  readonly steps?: string
  readonly replicates?: string
  readonly after?: 'rewind' | 'rewind-to' | 'learning-rate' | 'fine-tune'
  readonly rewindTo?: string
  readonly fineTuneSteps?: string
  readonly varied?: Varied
  readonly values?: string
  /** The steps k of an instability analysis. */
  readonly copiedAt?: string
  /** The levels of an instability analysis. */
  readonly analysed?: string
  readonly controls?: readonly ControlKind[]
}

/** Options of presets of which variants have values of their own. */
export type Varied = 'learningRate' | 'rewindTo' | 'batchSize' | 'weightDecay'

/** What there is to start from. */
export interface Known {
  readonly presets: readonly KnownPreset[]
  /** Experiments that were run to their end. */
  readonly experiments: readonly KnownTickets[]
  readonly criteria: readonly {
    readonly value: Criterion
    readonly label: string
    readonly beforeTraining: boolean
  }[]
  readonly controls: readonly ControlKind[]
}

export interface KnownPreset {
  readonly item: PresetItem
  readonly about: PresetAbout
}

export interface KnownTickets extends Starts {
  readonly label: string
  readonly description: string
}

export interface Item {
  readonly value: string
  readonly label: string
  readonly description?: string
  readonly detail?: string
  /** A dataset to install first. */
  readonly missing?: PresetItem['missing']
}

/** One question. Answers of `many` are lists. */
export type Question = { readonly id: keyof Answers; readonly prompt: string } & (
  | { readonly ask: 'one'; readonly items: readonly Item[]; readonly usual?: string | undefined }
  | {
      readonly ask: 'many'
      readonly items: readonly Item[]
      readonly usual: readonly string[]
      /** How many must be chosen at least. */
      readonly least: number
    }
  | { readonly ask: 'text'; readonly usual: string; readonly problem: (text: string) => string | undefined }
)

/** All questions as far as the answers say which, in order. Only what has no good default is one. */
export function questionsFor(answers: Answers, known: Known): readonly Question[] {
  const { kind } = answers
  const first = kindQuestion(known)
  if (kind === undefined) return [first]
  switch (kind) {
    case 'imp':
      return [
        ...[first, presetQuestion(known), levelsQuestion, ...sizeQuestions(answers, known)],
        ...[...afterQuestions(answers, known), ...comparedQuestions(answers, known)],
      ]
    case 'oneShot': {
      const { beforeTraining } = known.criteria.find(({ value }) => value === answers.criterion) ?? {}
      return [
        ...[first, presetQuestion(known), criterionQuestion(known), levelsQuestion],
        ...sizeQuestions(answers, known),
        ...(beforeTraining ? [] : afterQuestions(answers, known)),
        ...comparedQuestions(answers, known),
      ]
    }
    case 'control':
      return [
        first,
        ofQuestion(known, ({ isControllable }) => isControllable),
        controlsQuestion(known, ['random-mask'], 1),
      ]
    case 'variants':
      return [
        ...[first, presetQuestion(known), variedQuestion, ...valuesQuestions(answers)],
        ...[levelsQuestion, ...sizeQuestions(answers, known)],
      ]
    case 'instability':
      return [
        first,
        presetQuestion(known),
        ...sizeQuestions(answers, known),
        copiedAtQuestion(trainedFor(answers, known)),
      ]
    case 'instabilityOfTickets':
      return [
        ...[first, ofQuestion(known, ({ isAnalysable }) => isAnalysable)],
        ...[analysedQuestion(answers, known), copiedAtQuestion(trainedFor(answers, known))],
      ]
  }
}

/** T as answered: of an experiment, or of the preset with what was said of its size. */
function trainedFor({ of, preset, size, steps }: Answers, { presets, experiments }: Known): number {
  if (of !== undefined) return experiments.find(({ digest }) => digest === of)?.steps ?? 1
  const about = presets.find(({ item }) => item.label === preset)?.about
  if (size === 'own' && steps !== undefined) return Number(steps)
  return size === 'short' && about ? shorter(about) : (about?.steps ?? 1)
}

/** So many steps that one sees whether it is worth more. */
export function shorter({ steps }: Pick<PresetAbout, 'steps'>): number {
  return Math.max(1, Math.round(steps / 25))
}

/** The fewest replicates of which an interval says something. */
export const shortReplicates = 3

function kindQuestion({ experiments }: Known): Question {
  const some = (which: 'isControllable' | 'isAnalysable') => experiments.some((one) => one[which])
  const items: readonly (Item & { readonly value: LaunchKind })[] = [
    {
      value: 'imp',
      label: 'Iterative magnitude pruning',
      description: 'lab.imp',
      detail: 'Train, prune, rewind, level after level',
    },
    {
      value: 'oneShot',
      label: 'One-shot pruning',
      description: 'lab.oneShot',
      detail: 'Prune once: by magnitude, SNIP, GraSP, SynFlow and others',
    },
    ...(some('isControllable')
      ? [
          {
            value: 'control',
            label: 'Controls of an experiment',
            description: 'lab.control',
            detail: 'Random mask, random reinitialisation and others, for tickets that are there',
          } as const,
        ]
      : []),
    {
      value: 'variants',
      label: 'Variants',
      description: 'lab.variants',
      detail:
        'The same with other learning rates, rewinding steps, batch sizes or weight decays, in one plot',
    },
    {
      value: 'instability',
      label: 'Instability analysis of a network',
      description: 'lab.instability',
      detail: 'Error barriers between copies trained on other orders of the data',
    },
    ...(some('isAnalysable')
      ? [
          {
            value: 'instabilityOfTickets',
            label: 'Instability analysis of tickets',
            description: 'lab.instability',
            detail: 'The same of the subnetworks of an experiment that is there',
          } as const,
        ]
      : []),
  ]
  return { id: 'kind', ask: 'one', prompt: 'What to run', items, usual: 'imp' }
}

function presetQuestion({ presets }: Known): Question {
  const items = presets.map(({ item }) => ({ ...item, value: item.label }))
  return {
    id: 'preset',
    ask: 'one',
    prompt: 'Network and dataset, as a paper trains them',
    items,
    usual: items[0]?.value,
  }
}

function ofQuestion({ experiments }: Known, isMeant: (one: KnownTickets) => boolean): Question {
  const items = experiments
    .filter(isMeant)
    .map(({ digest, label, description }) => ({ value: digest, label, description }))
  return { id: 'of', ask: 'one', prompt: 'Whose tickets', items, usual: items[0]?.value }
}

function criterionQuestion({ criteria }: Known): Question {
  const items = criteria.map(({ value, label, beforeTraining }) => ({
    ...{ value, label: value, description: label },
    detail: beforeTraining ? 'Prunes before training' : 'Prunes the trained network',
  }))
  return { id: 'criterion', ask: 'one', prompt: 'By what weights are ranked', items, usual: 'magnitude' }
}

const levelsQuestion: Question = {
  ...{ id: 'levels', ask: 'text', usual: '8' },
  prompt: 'How many times to prune: 8 leave 17% of LeNet',
  problem: (text) => wholeNumberProblem(text, 1, 1000),
}

function sizeQuestions({ preset, size }: Answers, { presets }: Known): readonly Question[] {
  const about = presets.find(({ item }) => item.label === preset)?.about
  if (!about) return []
  const words = (steps: number, replicates: number): string =>
    `${countText(steps)} steps, ${replicates} replicates`
  const items: readonly Item[] = [
    { value: 'paper', label: 'As in the paper', description: words(about.steps, about.replicates) },
    {
      ...{
        value: 'short',
        label: 'Shorter, to look first',
        description: words(shorter(about), shortReplicates),
      },
      detail: 'The results say that they deviate from the paper',
    },
    { value: 'own', label: 'Other numbers…' },
  ]
  const question: Question = {
    id: 'size',
    ask: 'one',
    prompt: 'How long, and how often',
    items,
    usual: 'short',
  }
  if (size !== 'own') return [question]
  const steps: Question = {
    ...{ id: 'steps', ask: 'text', usual: String(shorter(about)) },
    prompt: `Training steps of each network (the paper: ${countText(about.steps)})`,
    problem: (text) => wholeNumberProblem(text, 1, 1e9),
  }
  const replicates: Question = {
    ...{ id: 'replicates', ask: 'text', usual: String(shortReplicates) },
    prompt: `Repetitions with other seeds (the paper: ${about.replicates}); verdicts have intervals from 2 on`,
    problem: (text) => wholeNumberProblem(text, 1, 1000),
  }
  return [question, steps, replicates]
}

function afterQuestions(answers: Answers, known: Known): readonly Question[] {
  const { after = 'rewind', preset } = answers
  const k = known.presets.find(({ item }) => item.label === preset)?.about.rewindTo ?? 0
  const items: readonly Item[] = [
    {
      value: 'rewind',
      label: `Rewind to step ${countText(k)}`,
      description: 'as the preset does',
      detail: 'Weights and learning rates of that step',
    },
    { value: 'rewind-to', label: 'Rewind to another step…', description: 'k' },
    {
      value: 'learning-rate',
      label: 'Rewind the learning rate only',
      detail: 'Weights stay as trained (Renda et al. 2020)',
    },
    { value: 'fine-tune', label: 'Fine-tune…', detail: 'Some more steps at the last learning rate' },
  ]
  const question: Question = { id: 'after', ask: 'one', prompt: 'After pruning', items, usual: 'rewind' }
  const last = Math.max(0, trainedFor(answers, known) - 1)
  switch (after) {
    case 'rewind-to': {
      const prompt = `The step k whose weights are rewound to, from 0 to ${countText(last)}`
      const usual = String(Math.min(last, 500))
      return [
        question,
        { id: 'rewindTo', ask: 'text', prompt, usual, problem: (text) => wholeNumberProblem(text, 0, last) },
      ]
    }
    case 'fine-tune': {
      const prompt = 'Steps that each level is trained for after pruning'
      const usual = String(Math.max(1, Math.round(trainedFor(answers, known) / 10)))
      return [
        question,
        {
          id: 'fineTuneSteps',
          ask: 'text',
          prompt,
          usual,
          problem: (text) => wholeNumberProblem(text, 1, 1e9),
        },
      ]
    }
    case 'rewind':
    case 'learning-rate':
      return [question]
  }
}

/** A control starts from W_k, so only rewound tickets can have one. */
function comparedQuestions({ after = 'rewind' }: Answers, known: Known): readonly Question[] {
  return after === 'rewind' || after === 'rewind-to'
    ? [controlsQuestion(known, ['random-reinit', 'random-mask'], 0)]
    : []
}

function controlsQuestion(
  { controls: known }: Known,
  usual: readonly ControlKind[],
  least: number,
): Question {
  const items = known.map((value) => ({ value, label: value, description: controls[value].about }))
  return { id: 'controls', ask: 'many', prompt: 'Compare the tickets with', items, usual, least }
}

const variedQuestion: Question = {
  ...{ id: 'varied', ask: 'one', prompt: 'In what the variants differ', usual: 'learningRate' },
  items: [
    { value: 'learningRate', label: 'Learning rate' },
    { value: 'rewindTo', label: 'Step k that is rewound to' },
    { value: 'batchSize', label: 'Batch size' },
    { value: 'weightDecay', label: 'Weight decay' },
  ],
}

function valuesQuestions({ varied }: Answers): readonly Question[] {
  if (varied === undefined) return []
  const usual: Readonly<Record<Varied, string>> = {
    learningRate: '0.0012, 0.0004',
    rewindTo: '0, 100',
    batchSize: '60, 120',
    weightDecay: '0, 0.0001',
  }
  const isWhole = varied === 'rewindTo' || varied === 'batchSize'
  const problem = (text: string) => (isWhole ? wholeNumbersProblem(text, 2) : numbersProblem(text, 2))
  return [
    { id: 'values', ask: 'text', prompt: 'Its values, separated by commas', usual: usual[varied], problem },
  ]
}

function copiedAtQuestion(trained: number): Question {
  const usual = [0, Math.round(trained / 50), Math.round(trained / 10)].filter((step) => step < trained)
  return {
    ...{ id: 'copiedAt', ask: 'text', usual: [...new Set(usual)].join(', ') },
    prompt: `Steps k at which copies are made, below ${countText(trained)}; 0 is initialization`,
    problem: (text) => wholeNumbersProblem(text, 1, trained - 1),
  }
}

function analysedQuestion({ of }: Answers, { experiments }: Known): Question {
  const levels = experiments.find(({ digest }) => digest === of)?.levels ?? []
  return {
    ...{ id: 'analysed', ask: 'text', usual: levels.join(', ') },
    prompt: `Which levels, of ${levels.join(', ')}`,
    problem: (text) => wholeNumbersProblem(text, 1, Infinity, levels),
  }
}
