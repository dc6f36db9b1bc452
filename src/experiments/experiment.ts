import { canonicalJson, sha256, type Json } from '../support/canonical'
import type { Digest, Task } from '../tasks/tasks'
import { criteria, usualCriterion } from '../training/criteria/all'
import { ownOptionTexts } from '../training/criteria/options'
import { afterPruningKinds } from './after-pruning'
import { controls } from './control-kinds'
import type { Counts } from './density'
import { sharings } from './layer-densities'
import type { LinePlan } from './lines'
import type { PlanePlan } from './plane-plan'
import { afterPruningOf, criterionKindOf, levelStartTexts } from './retrain'
import type { CriterionKind } from '../training/criteria/criterion'
import type { OwnCriterion, Setup } from './setup'
import type { ExperimentView } from './view'

/**
 * A description turned into a graph of tasks, and which task is which point of the result. Making one trains
 * nothing; the same description gives the same tasks.
 */
export interface Experiment {
  /** SHA-256 of the description: what was asked for. */
  readonly digest: Digest
  /** What was done: IMP, one-shot pruning, a control, an instability analysis, or a step that a cell took by itself. */
  readonly kind: ExperimentView['kind']
  /** What it started from. */
  readonly setup: Setup
  /** How many times the network is pruned; level 0 is the full network. */
  readonly levels: number
  /** Weights kept at each level 0 .. `levels`, by parameter or in all. */
  readonly counts: readonly Counts[]
  /** Which task is which level and replicate. */
  readonly trainings: readonly Training[]
  /** What its networks are called, for trainings and barriers, which may be of any. */
  readonly title?: string
  /** What a control is for, where that is not IMP. */
  readonly of?: 'one-shot'
  /** The levels that a control is limited to; absent for all. */
  readonly only?: readonly number[]
  /** How often a control is drawn for each replicate; absent for once. */
  readonly draws?: number
  /** What is compared with what; present for `instability`, whose trainings are the copies, and for `barrier`. */
  readonly instability?: InstabilityPlan
  /** Which plane is evaluated; present for `plane`. */
  readonly plane?: PlanePlan
  /** By digest, inputs before what needs them. */
  readonly tasks: ReadonlyMap<Digest, Task>
}

/** Which trained copies of which networks an instability analysis compares. */
export interface InstabilityPlan {
  /** Whose masks and initial weights the subnetworks have. */
  readonly of: SourceKind
  /** Steps k from which copies are trained, ascending; 0 is initialization. */
  readonly steps: readonly number[]
  /** Copies, each with an order of examples of its own. */
  readonly orders: number
  /** Levels of pruning that are analysed; 0 is the full network. */
  readonly levels: readonly number[]
  /** How lines are evaluated. */
  readonly line: LinePlan
  /** Which two copies each line lies between. */
  readonly lines: readonly LineTask[]
}

/** Two copies of one network, and the task that evaluates the line between them. */
export interface LineTask {
  /** Level of pruning; 0 is the full network. */
  readonly level: number
  /** Counted from 1. */
  readonly replicate: number
  /** The step k at which the copies were made. */
  readonly step: number
  /** Which copies, counted from 1. */
  readonly orders: readonly [number, number]
  /** The task that evaluates the line. */
  readonly task: Digest
  /** The task that evaluates a trained curve between them; absent where none was asked for. */
  readonly curve?: Digest
  /** The task that trains the curve. */
  readonly bend?: Digest
}

/** One training of an experiment: one level of one replicate. */
export interface Training {
  /** Level of pruning; 0 is the full network. */
  readonly level: number
  /** Counted from 1. */
  readonly replicate: number
  /** The train task. */
  readonly task: Digest
  /** The prune task; absent at level 0. */
  readonly mask?: Digest
  /** Which of several draws of a control, counted from 1; absent where there is one. */
  readonly draw?: number
  /** For instability: the step k that it starts from, and which of the copies it is, counted from 1. */
  readonly copy?: { readonly step: number; readonly order: number }
}

/** The experiments whose networks can be analysed for instability. */
export type SourceKind = Exclude<ExperimentView['kind'], 'instability' | StepKind>

/** The experiments that are one step of what a cell does step by step. */
export type StepKind = 'training' | 'barrier' | 'plane'

/** The last step of a training: T, or with fine-tuning later. */
export function lastStep({ tasks, setup }: Pick<Experiment, 'tasks' | 'setup'>, training: Digest): number {
  const task = tasks.get(training)
  return task?.kind === 'train' ? task.until : setup.recipe.steps
}

/** The networks of iterative magnitude pruning, which names of others do without. */
const tickets = criteria[usualCriterion].networks.imp

/** What plots call the networks of an experiment, such as `tickets`, `SNIP` or `random mask of SNIP, lr 0.01`. */
export function seriesNameOf(experiment: Pick<Experiment, 'kind' | 'setup' | 'of' | 'title'>): string {
  const { setup, title } = experiment
  if (title !== undefined) return title
  return [
    networksOf(experiment),
    ...(afterPruningOf(setup) === 'rewind' ? [] : [retrained(setup)]),
    ...levelStartTexts(setup),
    ...(setup.variant === undefined ? [] : [setup.variant]),
  ].join(', ')
}

/** Which networks are trained, whatever happens after pruning: `tickets`, `SNIP`, `random mask of SNIP`. */
export function networksOf(experiment: Pick<Experiment, 'kind' | 'setup' | 'of' | 'title'>): string {
  const { kind, setup, of } = experiment
  if (isStep(kind)) return experiment.title ?? setup.name
  const { networks, ranksTogether } = setup.own ? networksByOwn(setup.own) : criterionKindOf(setup)
  const prunedBy = (pruned: keyof typeof networks): string =>
    [
      networks[pruned],
      ...(ranksTogether && setup.scope !== 'global' ? ['per layer'] : []),
      ...ownOptionTexts(setup),
      ...(setup.densities === undefined ? [] : [sharings[setup.densities].words]),
    ].join(' ')
  const pruned = kind === 'imp' || kind === 'one-shot'
  const source = prunedBy(of ?? 'imp')
  const name = pruned ? prunedBy(kind) : kind === 'instability' ? kind : controls[kind].words
  return pruned || source === tickets ? name : `${name} of ${source}`
}

function networksByOwn({ name }: OwnCriterion): Pick<CriterionKind, 'networks' | 'ranksTogether'> {
  return {
    networks: { imp: `pruned by ${name}`, 'one-shot': `one-shot, pruned by ${name}` },
    ranksTogether: false,
  }
}

/** Whether an experiment is one step of what a cell does step by step. */
export function isStep(kind: ExperimentView['kind']): kind is StepKind {
  return kind === 'training' || kind === 'barrier' || kind === 'plane'
}

/** Whether an experiment is what others are compared with: drawn solid, not dashed. */
export function isTickets({ kind, setup }: Pick<Experiment, 'kind' | 'setup'>): boolean {
  if (isStep(kind)) return true
  return (kind === 'imp' || kind === 'one-shot') && !criterionKindOf(setup).isControl
}

/** The name under which an experiment is listed. */
export function nameOf(experiment: Experiment): string {
  const { setup, kind } = experiment
  if (isStep(kind)) return `${experiment.title ?? kind} ${setup.name}`
  const variant = setup.variant === undefined ? '' : `, ${setup.variant}`
  if (experiment.instability) {
    const { of, levels } = experiment.instability
    const pruned = levels.some((level) => level > 0)
    const networks = pruned ? [networksOf({ ...experiment, kind: of }), ...levelStartTexts(setup)] : []
    return `instability ${[setup.name, ...networks].join(', ')}${variant}`
  }
  const networks = networksOf(experiment)
  const title = networks === tickets ? 'IMP' : networks
  const after = afterPruningOf(setup) !== 'rewind' || setup.rewindTo > 0 ? `, ${retrained(setup)}` : ''
  return `${[`${title} ${setup.name}${after}`, ...levelStartTexts(setup)].join(', ')}${variant}`
}

/**
 * What files of an experiment's results are called, such as `lenet-mnist-imp-level-3`: names of files tell apart what names
 * of results do, and have no characters that a file system could mind.
 * @param parts what comes after the experiment's own
 */
export function fileNameOf(
  { setup, kind, of }: Pick<Experiment, 'setup' | 'kind' | 'of'>,
  ...parts: readonly (string | number)[]
): string {
  const { criterion = [], densities = [], afterPruning = [], kept = [], variant = [], rewindTo } = setup
  const pruned = setup.pruned ? `pruned-${setup.pruned}` : []
  const rewound = rewindTo === 0 ? [] : `k-${rewindTo}`
  const name = [
    setup.name,
    kind,
    of ?? [],
    criterion,
    densities,
    afterPruning,
    rewound,
    kept,
    pruned,
    variant,
    ...parts,
  ].flat()
  return name.join('-').replaceAll(/[^\w.-]+/g, '-')
}

function retrained(setup: Setup): string {
  return afterPruningKinds[afterPruningOf(setup)].words(setup)
}

/** The digest of an experiment's description: what was asked for, not the tasks that answer it. */
export function experimentDigest(
  kind: ExperimentView['kind'],
  setup: Setup,
  levels: number,
  more: Pick<Experiment, 'of' | 'only' | 'draws'> = {},
): Digest {
  return sha256(
    canonicalJson({ kind, levels, setup: { ...setup, deviations: undefined }, ...more } as unknown as Json),
  )
}
