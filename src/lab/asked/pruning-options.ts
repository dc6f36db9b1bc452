import { prunableParameters } from '../../experiments/density'
import { imp, oneShot } from '../../experiments/imp'
import type { Experiment } from '../../experiments/experiment'
import { sharings, type LayerDensities } from '../../experiments/layer-densities'
import { afterPruningKinds } from '../../experiments/after-pruning'
import { prunedValues } from '../../experiments/retrain'
import type { AfterPruning, PrunedValue, Setup } from '../../experiments/setup'
import type { Criterion, Treatment } from '../../tasks/tasks'
import { criteria, criteriaThat, usualCriterion } from '../../training/criteria/all'
import type { CriterionOptions } from '../../training/criteria/criterion'
import { treatments } from '../../training/treatments'
import { checkOwnOptions, givenOptions, ownChecks, withoutOwnOptions } from '../../training/criteria/options'
import {
  checkOptions,
  listOf,
  mostLevels,
  mostSteps,
  nameIn,
  text,
  title,
  trueOrFalse,
  wholeNumber,
  type Checks,
  type Given,
} from '../../support/options'
import { badInput, TicketLabError } from '../../support/errors'
import { show } from '../../support/show'
import { checkSetup } from './setup-check'
import { sha256 } from '../../support/canonical'
import type { OwnScores } from '../steps/scored-layer'

/** How often and how to prune, and what comes after. */
export interface PruningOptions extends CriterionOptions {
  /**
   * How many times the network is pruned, from 1 to 1,000: the results have one more point, the full network at level 0.
   * LeNet's rates leave 21% at level 7 and 3.6% at level 15 (Frankle & Carbin 2019, fig. 3).
   */
  readonly levels: number
  /**
   * By what weights are ranked: `'magnitude'` (the default, as in both papers) or `'random'`; `'small-final'`,
   * `'large-initial'`, `'small-initial'`, `'magnitude-increase'`, `'movement'` and `'same-sign'` (Zhou et al. 2019, section 4);
   * `'lamp'` (Lee et al. 2021), which ranks all layers together; with lab.oneShot also
   * `'snip'` (Lee et al. 2019), `'grasp'` (Wang et al. 2020) and `'synflow'` (Tanaka et al. 2020), which like `'random'`
   * prune the network before training. A function is a criterion of your own: it gives a score for each weight of a layer, and the
   * largest are kept: `({ weights, initial }) => weights.map((w, i) => Math.abs(w) - Math.abs(initial[i]))` is the magnitude increase (Zhou et
   * al. 2019, section 4). It runs in this notebook; its masks are kept under their content.
   */
  readonly criterion?: Criterion | OwnScores
  /**
   * Whether weights are ranked in every layer by itself (`'layer'`) or in all layers together (`'global'`). By default
   * `'global'` for `'snip'`, `'grasp'` and `'synflow'`, as in their papers, with as many weights left in all as the rates
   * leave; otherwise the setup's.
   */
  readonly scope?: NonNullable<Setup['scope']>
  /**
   * Which density each layer has, when as many weights are left in all as the rates leave: `'uniform'`, the same in all layers;
   * `'erdos-renyi'`, in proportion to (inputs + outputs) / (inputs * outputs) (Mocanu et al. 2018); `'erk'`, with the sizes of
   * windows in sum and product (Evci et al. 2020, section 3); `'smart-ratios'`, falling with the depth l of L layers as
   * (L - l + 1)^2 + (L - l + 1), and 30% of the output (Su et al. 2020, section 4). Each layer is then ranked by itself, by any
   * criterion. By default each layer has what its rate, or the ranking of all together, leaves.
   */
  readonly densities?: LayerDensities
  /**
   * What happens where pruning all layers together leaves nothing of one: `'stop'` (the default) ends the experiment there,
   * with the layer's name; `'go on'` trains what is left, as the papers do to show the collapse.
   */
  readonly collapse?: 'stop' | 'go on'
  /**
   * What happens to the survivors: `'rewind'` (the default, as in both papers) takes weights and learning rates back to
   * step k, the preset's `rewindTo`; `'learning-rate'` leaves the weights as trained and takes the learning rates back to k
   * (with k = 0, training without rewinding); `'fine-tune'` leaves both and trains `fineTuneSteps` more (Renda et al. 2020,
   * section 2). The optimizer always begins afresh, without momentum or moments from before.
   */
  readonly afterPruning?: AfterPruning
  /**
   * Steps that a level is trained for after pruning, from 1 to 1e9. Only for `afterPruning: 'fine-tune'`, which has no
   * default for it.
   */
  readonly fineTuneSteps?: number
  /**
   * What kept weights begin with at every level, and so what the next level prunes (Zhou et al. 2019, section 5): `'rewind'` (the
   * default, as in both papers), their W_k; or another value of {@link Lab.treat}, such as `'reshuffle'` or
   * `'constant-same-sign'`, made of W_k under the mask of the level. Only with `afterPruning: 'rewind'`.
   */
  readonly kept?: Treatment | 'rewind'
  /**
   * What pruned weights are at every level while the others are trained (Zhou et al. 2019, section 5): `'zero'` (the default, as in both
   * papers); `'initial'`, what they are in W_k; or `'initial-unless-decreased'`, the same but 0 where the training before the
   * pruning has made them smaller in magnitude, for criteria that have a name. Only with `afterPruning: 'rewind'`.
   */
  readonly pruned?: PrunedValue
  /**
   * Layers that are not pruned although there is a rate for their group, such as `['conv1']`; none by default, as in both
   * papers.
   */
  readonly neverPruned?: readonly string[]
}

/** How often and how to prune several setups. */
export interface VariantsOptions extends PruningOptions {
  /** One-shot pruning (lab.oneShot) instead of iterative pruning; false by default. */
  readonly oneShot?: boolean
}

export const pruningChecks: Checks<PruningOptions> = {
  levels: wholeNumber(1, mostLevels),
  criterion: (value) =>
    typeof value === 'function' ? (value as OwnScores) : nameIn(criteria, 'criterion')(value, 'criterion'),
  scope: nameIn({ layer: true, global: true }, 'scope'),
  densities: nameIn(sharings, 'kind of densities'),
  ...ownChecks,
  collapse: nameIn({ stop: true, 'go on': true }, 'value of collapse'),
  afterPruning: nameIn(afterPruningKinds, 'value of afterPruning'),
  fineTuneSteps: wholeNumber(1, mostSteps),
  kept: nameIn({ rewind: true, ...treatments }, 'value of kept'),
  pruned: nameIn(prunedValues, 'value of pruned weights'),
  neverPruned: listOf(text, "['conv1']", 10_000),
}

/** A setup with what was said of pruning. */
export interface CheckedPruning {
  readonly setup: Setup
  readonly levels: number
  /** A criterion of one's own. */
  readonly scores?: OwnScores
}

/**
 * A setup with what `lab.imp` and its like were told of pruning.
 * @throws TicketLabError `bad-input`
 */
export function checkPruning(setup: unknown, options: unknown, of: string): CheckedPruning {
  const { criterion, ...checked } = checkOptions<PruningOptions>(options, pruningChecks, of)
  const { own: former, ...base } = checkSetup(setup, of)
  if (former && criterion === undefined) {
    throw badInput(
      `a criterion in ${of}`,
      `a setup that was pruned by ${former.name}, a function of a cell`,
      'Give it again, { criterion: ... }, or another one.',
    )
  }
  if (typeof criterion !== 'function') return checkNamed(base, criterion, checked, of)
  const { setup: named, levels } = checkNamed(base, usualCriterion, checked, of)
  const own = { name: ownName(criterion), text: sha256(String(criterion)) }
  if (named.pruned === 'initial-unless-decreased') {
    throw badInput(
      `a criterion that has a name for pruned: '${named.pruned}' in ${of}`,
      'a function, whose masks do not say what training has made of weights',
      "Take { pruned: 'initial' }.",
    )
  }
  return { setup: { ...named, own }, levels, scores: criterion }
}

/** What plots call a function of a cell. */
function ownName({ name }: OwnScores): string {
  return name === '' || name === 'criterion' || name === 'scores' ? 'own criterion' : name
}

function checkNamed(
  base: Setup,
  named: Criterion | undefined,
  checked: Given<Omit<PruningOptions, 'criterion'>>,
  of: string,
): CheckedPruning {
  // A setup of an experiment that was run has what that was told; what is told now comes first.
  const {
    scope: usual,
    densities: shared,
    criterion: former,
    collapse: going,
    afterPruning: after,
    fineTuneSteps,
    kept: keptBefore = 'rewind',
    pruned: prunedBefore = 'zero',
    ...rest
  } = base
  const { levels, collapse = going, afterPruning = after, ...told } = checked
  const { kept = keptBefore, pruned = prunedBefore, ...others } = told
  const criterion = named ?? former ?? usualCriterion
  if (levels === undefined) throw badInput(`{ levels: ... } in ${of}`, 'none', 'For example { levels: 8 }.')
  checkScope(checked, of)
  const { densities = checked.scope === 'global' ? undefined : shared } = checked
  const own = checkOwnOptions(
    criterion,
    criterion === former ? { ...givenOptions(base), ...checked } : checked,
    of,
  )
  const ranksTogether = criterion !== former && criteria[criterion].ranksTogether
  const { scope = ranksTogether ? 'global' : usual, ...more } = withoutOwnOptions(others)
  const changed: Setup = {
    ...withoutOwnOptions(rest),
    ...(fineTuneSteps !== undefined && afterPruningKinds[afterPruning ?? 'rewind'].takesSteps
      ? { fineTuneSteps }
      : {}),
    ...more,
    // What is the default anyway is left out, so that it is the same experiment.
    ...(scope === 'global' ? { scope } : {}),
    ...(densities === undefined ? {} : { densities }),
    ...(criterion === usualCriterion ? {} : { criterion }),
    ...own,
    ...(collapse === 'go on' ? { collapse } : {}),
    ...(afterPruning === undefined || afterPruning === 'rewind' ? {} : { afterPruning }),
    ...(kept === 'rewind' ? {} : { kept }),
    ...(pruned === 'zero' ? {} : { pruned }),
    deviations: [...base.deviations, ...neverPrunedText(others)],
  }
  if (prunableParameters(changed).length === 0) {
    throw badInput(
      `layers to prune in ${of}`,
      'none',
      'Give rates for groups of layers that the network has.',
    )
  }
  return { setup: changed, levels }
}

/** @throws TicketLabError `bad-input` where layers are to have densities and to be ranked together */
export function checkScope(
  { scope, densities }: { readonly scope?: Setup['scope']; readonly densities?: unknown },
  of: string,
): void {
  if (scope !== 'global' || densities === undefined) return
  throw badInput(
    `densities or scope: 'global' in ${of}`,
    'both',
    'Layers that are ranked together have the densities that follow from the ranking.',
  )
}

/** No paper leaves out layers besides those that have no rate. */
function neverPrunedText({ neverPruned = [] }: Pick<PruningOptions, 'neverPruned'>): string[] {
  return neverPruned.length === 0 ? [] : [`never pruned: ${neverPruned.join(', ')}`]
}

/**
 * Describes the experiments of `lab.variants`, each under its name.
 * @throws TicketLabError `bad-input`
 */
export function checkVariants(
  setups: unknown,
  options: unknown,
): readonly { readonly name: string; readonly experiment: Experiment }[] {
  const of = 'lab.variants'
  const example = "For example { 'lr 0.1': lab.preset('resnet20-cifar10') }."
  if (typeof setups !== 'object' || setups === null || 'recipe' in setups || Array.isArray(setups)) {
    const found =
      typeof setups === 'object' && setups !== null && 'recipe' in setups ? 'one setup' : show(setups)
    throw badInput(`setups by name in ${of}`, found, example)
  }
  const named = Object.entries(setups)
  if (named.length === 0) throw badInput(`setups by name in ${of}`, 'none', example)
  const { oneShot: atOnce = false, ...pruning } = checkOptions<VariantsOptions>(
    options,
    { ...pruningChecks, oneShot: trueOrFalse },
    of,
  )
  const { criterion } = pruning
  if (typeof criterion === 'function') {
    throw badInput(
      `the name of a criterion in ${of}`,
      'a function',
      'Use lab.imp or lab.oneShot for each setup.',
    )
  }
  if (!atOnce && criterion !== undefined && !criteria[criterion].iterative) {
    const able = criteriaThat(({ iterative }) => iterative).map((one) => `'${one}'`)
    throw badInput(
      `the criterion ${able.join(' or ')} in ${of} with several levels`,
      `'${criterion}', which prunes before training`,
      'Add { oneShot: true }.',
    )
  }
  return named.map(([name, setup]) => {
    if (name.trim() === '') throw badInput(`a name for every setup in ${of}`, 'an empty one', example)
    title(name, `the name of every setup in ${of}`)
    return { name, experiment: naming(name, () => describeVariant(name, setup)) }
  })

  function describeVariant(name: string, setup: unknown): Experiment {
    const { setup: changed, levels } = checkPruning(setup, pruning, of)
    const variant: Setup = { ...changed, variant: name }
    return atOnce ? oneShot(variant, levels) : imp(variant, levels)
  }
}

/** What `describe` returns; an error says which variant it is about. */
function naming<Result>(name: string, describe: () => Result): Result {
  try {
    return describe()
  } catch (error) {
    if (!(error instanceof TicketLabError)) throw error
    throw new TicketLabError(error.code, `Variant '${name}': ${error.message} Nothing was run.`, {
      cause: error,
    })
  }
}
