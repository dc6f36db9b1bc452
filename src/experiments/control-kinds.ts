import type { Treatment } from '../tasks/tasks'
import { treatments } from '../training/treatments'
import { prunedValues } from './retrain'
import type { PrunedValue } from './setup'

/** The controls that a ticket is compared with. */
export type ControlKind =
  | 'random-reinit'
  | 'random-mask'
  | 'random-mask-global'
  | 'random-reinit-random-mask'
  | 'smart-ratios'
  | Treatment
  | 'pruned-initial'
  | 'pruned-initial-unless-decreased'

/** What is known of a kind of control. */
interface Control {
  /** What plots and the tree call its networks. */
  readonly words: string
  /** What somebody is told of it who may choose it. */
  readonly about: string
  /** Whether it draws weights. */
  readonly reinit: boolean
  /** Where its mask is from. */
  readonly mask: 'same' | 'shuffled' | 'anywhere' | 'smart-ratios'
  /** What becomes of the weights that are kept. */
  readonly treatment?: Treatment
  /** What weights are that its mask prunes; 0 where absent. */
  readonly pruned?: Exclude<PrunedValue, 'zero'>
}

const treated = (treatment: Treatment) =>
  ({
    words: treatments[treatment].words,
    about: 'the same masks; the weights that are kept are changed (Zhou et al. 2019)',
    reinit: false,
    mask: 'same',
    treatment,
  }) as const

/** Every kind of control, in the order in which they are listed: one without a row does not compile. */
export const controls: { readonly [K in ControlKind]: Control } = {
  'random-reinit': {
    words: 'random reinit',
    about: 'the same masks, newly drawn weights',
    reinit: true,
    mask: 'same',
  },
  'random-mask': {
    words: 'random mask',
    about: 'the same weights, random masks with as many weights per layer',
    reinit: false,
    mask: 'shuffled',
  },
  'random-mask-global': {
    words: 'random mask, global',
    about: 'the same weights, random masks with as many weights in all',
    reinit: false,
    mask: 'anywhere',
  },
  'random-reinit-random-mask': {
    words: 'random reinit, random mask',
    about: 'newly drawn weights under random masks',
    reinit: true,
    mask: 'shuffled',
  },
  'smart-ratios': {
    words: 'random tickets by smart ratios',
    about: 'newly drawn weights under random masks whose densities fall with depth (Su et al. 2020)',
    reinit: true,
    mask: 'smart-ratios',
  },
  'random-reinit-same-sign': treated('random-reinit-same-sign'),
  reshuffle: treated('reshuffle'),
  'reshuffle-same-sign': treated('reshuffle-same-sign'),
  constant: treated('constant'),
  'constant-same-sign': treated('constant-same-sign'),
  'pruned-initial': {
    words: prunedValues.initial,
    about: 'the same masks; pruned weights stay what they begin with (Zhou et al. 2019)',
    reinit: false,
    mask: 'same',
    pruned: 'initial',
  },
  'pruned-initial-unless-decreased': {
    words: prunedValues['initial-unless-decreased'],
    about: 'the same masks; pruned weights that training had not made smaller stay (Zhou et al. 2019)',
    reinit: false,
    mask: 'same',
    pruned: 'initial-unless-decreased',
  },
}

/** Whether what an experiment does is to control for tickets. */
export function isControl(kind: string): kind is ControlKind {
  return Object.hasOwn(controls, kind)
}
