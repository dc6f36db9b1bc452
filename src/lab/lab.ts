import {
  ownSetup,
  presetNames,
  setupOf,
  type BackendFor,
  type OwnOptions,
  type PresetOptions,
} from './presets'
import type { ControlKind } from '../experiments/control'
import { imp, oneShot } from '../experiments/imp'
import type { Setup } from '../experiments/setup'
import { instability } from '../experiments/instability'
import { createRunner, type Runner } from './runner'
import { costOf, type Cost, type CostArguments, type Costed } from './cost/cost'
import { InstabilityResults } from './instability-results'
import { checkInstability, type InstabilityChoices } from './instability-options'
import { badInput, checkOptions, lookUp, trueOrFalse, wholeNumbers } from './options'
import {
  checkControl,
  checkPruning,
  checkVariants,
  type ControlOptions,
  type PruningOptions,
} from './pruning-options'
import { Results } from './results'
import { secondsOf } from './timing'
import { openStoreView } from '../runtime/store/store'
import { evaluate, type Evaluation } from './evaluate'
import { accuracyPlot, earlyStopPlot, learningCurvesPlot, type Plot } from './plots/plot'
import { instabilityPlot, linePlot } from './plots/instability'
import { matchingPlot } from './plots/matching'
import type { ReferenceChoice } from './plots/reference'
import { subnetworkErrorPlot } from './plots/subnetwork-error'
import type { LabHost } from './host'
import type { EvaluateTask } from '../training/tasks'
import { chooseBackend } from '../backends/choose'
import type { OwnArrays } from '../datasets/own'
import { networkOf } from '../networks/describe'
import type { NetworkDescription } from '../networks/description'
import type { Network } from '../networks/network'
import { hasConvolutions } from '../networks/parameters'
import { createDataset, type NpzOptions, type OwnDataset } from './dataset-options'

/**
 * The `lab` of a notebook: experiments, their controls, and plots of what they found. Everything computed is kept
 * in the store under what it was computed from, so running a cell again, or one that overlaps with another,
 * computes only what is missing. Bad input is an error with code `bad-input` that says what was expected.
 */
export interface Lab {
  /** Names of the presets there are. */
  readonly presets: readonly string[]

  /**
   * Network, data and hyperparameters of a paper, with changes; whatever differs from the paper is listed in
   * every result. `lab.preset('lenet-mnist', { steps: 2000, replicates: 2 })`
   */
  preset(name: string, options?: Partial<PresetOptions>): Setup

  /**
   * A setup that is no paper's: network, dataset and steps, and any other option of presets.
   * `lab.setup({ network: 'conv2', dataset: 'cifar10', steps: 5000 })`
   */
  setup(options: OwnOptions): Setup

  /**
   * A network from the zoo by its name, or of your own as a list of layers; names that are left out are made up.
   * `lab.network({ input: [28, 28, 1], layers: [{ kind: 'convolution', filters: 8 }, { kind: 'dense', units: 10 }] })`
   */
  network(description: string | NetworkDescription): Network

  /**
   * A dataset of your own, from arrays of bytes, or from an npz file with x_train, y_train, x_test and y_test. It is
   * kept under the hash of its content, so the same arrays are the same dataset.
   */
  dataset(arrays: OwnArrays): Promise<OwnDataset>
  dataset(file: string, options?: NpzOptions): Promise<OwnDataset>

  /**
   * Iterative magnitude pruning with rewinding (Frankle & Carbin 2019, section 2): train, prune the smallest
   * weights, rewind the survivors, and again, `levels` times, for every replicate. A plot grows below the cell.
   */
  imp(setup: Setup, options: PruningOptions): Promise<Results>

  /**
   * One-shot pruning to the densities that IMP has after each of `levels` levels (section 2): of the trained network, or
   * with one of the criteria for that before training. `lab.oneShot(lenet, { levels: 8, criterion: 'snip' })`
   */
  oneShot(setup: Setup, options: PruningOptions): Promise<Results>

  /**
   * Iterative magnitude pruning of several setups at once, in one plot; its series are called after the variants.
   * `lab.variants({ 'lr 0.1': lab.preset('vgg19-cifar10'), 'lr 0.01': lab.preset('vgg19-cifar10', { learningRate: 0.01 }) },
   * { levels: 8 })`. Schedules do not change with `steps`: a variant with fewer steps gives its own.
   */
  variants<Name extends string>(
    setups: Readonly<Record<Name, Setup>>,
    options: PruningOptions,
  ): Promise<Readonly<Record<Name, Results>>>

  /**
   * A control for tickets (sections 2 and 3): `'random-reinit'` trains the same masks from newly drawn weights;
   * `'random-mask'` the same weights under masks that keep as many weights per layer in random places, and
   * `'random-mask-global'` as many in all; `'random-reinit-random-mask'` newly drawn weights under random masks.
   * `lab.control(tickets, 'random-reinit', { levels: [3, 7] })` saves time.
   */
  control(tickets: Results, kind: ControlKind, options?: ControlOptions): Promise<Results>

  /**
   * Instability analysis (Frankle et al. 2020, section 2): trains a network to each step k of `steps`, copies it,
   * trains the copies on different orders of the data, and evaluates the error on the lines between them.
   * `lab.instability(lenet, { steps: [0, 100, 1000] })` analyses the full network, or with `levels` the subnetworks
   * that IMP finds with rewinding to k; results of lab.imp, lab.oneShot or lab.control, the subnetworks of those.
   */
  instability(networks: Setup | Results, options: InstabilityChoices): Promise<InstabilityResults>

  /**
   * What a method would take with the same arguments: tasks, training steps, time on this machine, disk.
   * `await lab.cost('imp', lenet, { levels: 8 })`
   */
  cost<Method extends Costed>(method: Method, ...given: CostArguments<Method>): Promise<Cost>

  /** Loss and accuracy of every trained network of a result on a split, `'test'` by default. */
  evaluate(results: Results, options?: { readonly split?: EvaluateTask['split'] }): Promise<Evaluation>

  readonly plot: {
    /**
     * Test accuracy at early stop and at the end, against the percentage of weights remaining (figures 3, 4). As the
     * last argument, `{ reference: true }` draws published values beside.
     */
    accuracy(...resultsAndOptions: readonly (Results | ReferenceChoice)[]): Plot
    /** The iteration of minimum validation loss, against the percentage of weights remaining (figures 3, 4). */
    earlyStop(...resultsAndOptions: readonly (Results | ReferenceChoice)[]): Plot
    /** Test accuracy against the training step, a line per level (figure 3). Options come last. */
    learningCurves(...resultsAndOptions: readonly (Results | { readonly levels?: readonly number[] })[]): Plot
    /** Train and test error on the lines between copies: mean over pairs, in a band of a standard deviation. */
    line(...results: readonly InstabilityResults[]): Plot
    /** Error barrier against the step k at which copies were made, a line per density. */
    instability(...resultsAndOptions: readonly (InstabilityResults | ReferenceChoice)[]): Plot
    /** Stable against matching: a point per density and k of subnetworks. */
    matching(...resultsAndOptions: readonly (InstabilityResults | ReferenceChoice)[]): Plot
    /** Test error of subnetworks at T against k, a line per density, in front of the full network's. */
    subnetworkError(...results: readonly InstabilityResults[]): Plot
  }

  /**
   * Seconds that computing these results took, all tasks one after the other, whenever that was; shared ones count once.
   */
  seconds(...results: readonly (Results | InstabilityResults)[]): Promise<number>

  /** Cancels one run (see `Activity`); the call that started it is rejected with code `cancelled`. */
  cancel(run: number): void

  /** Ends all trainers. What they have computed stays. */
  close(): Promise<void>
}

/**
 * Makes the `lab` that cells see. Loads nothing heavy: TensorFlow is loaded by trainers only.
 * @param runner what its experiments are given to
 */
export function createLab(host: LabHost, runner: Runner = createRunner(host)): Lab {
  const backendFor: BackendFor = (network, choice = host.backend ?? 'auto') =>
    chooseBackend(choice, host.backends, hasConvolutions(network))
  return {
    presets: presetNames,

    preset: (name, options) => setupOf(name, options, backendFor),
    setup: (options) => ownSetup(options, backendFor),
    network: (description) => networkOf(description),
    dataset: (source: OwnArrays | string, options?: NpzOptions) => createDataset(source, options),

    async imp(setup, options) {
      const { setup: checked, levels } = checkPruning(setup, options, 'lab.imp')
      return runner.run(imp(checked, levels), [])
    },

    async oneShot(setup, options) {
      const { setup: checked, levels } = checkPruning(setup, options, 'lab.oneShot')
      return runner.run(oneShot(checked, levels), [])
    },

    async variants<Name extends string>(setups: Readonly<Record<Name, Setup>>, options: PruningOptions) {
      const variants = checkVariants(setups, options)
      const results = await runner.runAll(variants.map(({ setup, levels }) => imp(setup, levels)))
      return Object.fromEntries(variants.map(({ name }, index) => [name, results[index]!])) as Record<
        Name,
        Results
      >
    },

    async control(tickets, kind, options) {
      checkResults([tickets], 'lab.control')
      return runner.run(checkControl(tickets, kind, options), [tickets.series])
    },

    async instability(networks, options) {
      const checked = checkInstability(networks, options)
      const setup = networks instanceof Results ? networks.experiment.setup : networks
      return runner.runInstability(instability(setup, checked.options), checked.thresholds)
    },

    cost: (method, ...given) => costOf(host, method, given, (planner) => createLab(host, planner)),

    async evaluate(results, options) {
      checkResults([results], 'lab.evaluate')
      const splits = { train: 'train', validation: 'validation', test: 'test' } as const
      const { split = 'test' } = checkOptions<{ split: EvaluateTask['split'] }>(
        options,
        { split: (value) => lookUp(splits, value, 'split') },
        'lab.evaluate',
      )
      return evaluate(runner, results.experiment, split)
    },

    plot: {
      accuracy(...given) {
        const { results, choice } = withReference(given, 'lab.plot.accuracy')
        return accuracyPlot(seriesOf(results, 'lab.plot.accuracy'), choice)
      },
      earlyStop(...given) {
        const { results, choice } = withReference(given, 'lab.plot.earlyStop')
        return earlyStopPlot(seriesOf(results, 'lab.plot.earlyStop'), choice)
      },
      learningCurves(...given) {
        const { results, options } = splitOptions(given)
        const { levels } = checkOptions<{ levels: readonly number[] }>(
          options,
          { levels: wholeNumbers },
          'lab.plot.learningCurves',
        )
        return learningCurvesPlot(seriesOf(results, 'lab.plot.learningCurves'), levels ? { levels } : {})
      },
      line: (...results) => linePlot(checkAnalyses(results, 'lab.plot.line')),
      instability(...given) {
        const { results, choice } = withReference(given, 'lab.plot.instability')
        return instabilityPlot(checkAnalyses(results, 'lab.plot.instability'), choice)
      },
      matching(...given) {
        const { results, choice } = withReference(given, 'lab.plot.matching')
        return matchingPlot(checkSubnetworks(results, 'lab.plot.matching'), choice)
      },
      subnetworkError: (...results) =>
        subnetworkErrorPlot(checkSubnetworks(results, 'lab.plot.subnetworkError')),
    },

    seconds: (...results) =>
      secondsOf(
        results.map(({ experiment }) => experiment),
        openStoreView(host.store),
      ),
    cancel: (run) => runner.cancel(run),
    close: () => runner.close(),
  }
}

function seriesOf(results: readonly unknown[], of: string): Results['series'][] {
  return checkResults(results, of).map(({ series }) => series)
}

function checkResults(given: readonly unknown[], of: string): readonly Results[] {
  if (given.length === 0) throw badInput(`results of lab.imp, lab.oneShot or lab.control in ${of}`, 'none')
  return given.map((one) => {
    if (one instanceof Results) return one
    const found = one instanceof Promise ? 'a promise' : typeof one
    const advice = one instanceof Promise ? "Write 'await' before the call that made it." : ''
    throw badInput(`results of lab.imp, lab.oneShot or lab.control in ${of}`, found, advice)
  })
}

function checkAnalyses(given: readonly unknown[], of: string): readonly InstabilityResults[] {
  if (given.length === 0) throw badInput(`results of lab.instability in ${of}`, 'none')
  return given.map((one) => {
    if (one instanceof InstabilityResults) return one
    const promise = one instanceof Promise
    const found = promise ? 'a promise' : one instanceof Results ? `the results of ${one.name}` : typeof one
    const advice = promise ? "Write 'await' before the call that made it." : ''
    throw badInput(`results of lab.instability in ${of}`, found, advice)
  })
}

/** Results of an instability analysis that looks at subnetworks. */
function checkSubnetworks(given: readonly unknown[], of: string): readonly InstabilityResults[] {
  const analyses = checkAnalyses(given, of)
  if (analyses.some(({ plan }) => plan.levels.some((level) => level > 0))) return analyses
  throw badInput(
    `subnetworks in ${of}`,
    'the full network only',
    'For example lab.instability(setup, { steps: [0], levels: [3] }).',
  )
}

/** Splits what a plot was given into results and, where the last is neither results nor a promise, its options. */
function splitOptions(given: readonly unknown[]): {
  readonly results: readonly unknown[]
  readonly options: unknown
} {
  const last = given.at(-1)
  const plain =
    typeof last === 'object' &&
    last !== null &&
    !(last instanceof Results || last instanceof InstabilityResults || last instanceof Promise)
  return plain ? { results: given.slice(0, -1), options: last } : { results: given, options: undefined }
}

function withReference(given: readonly unknown[], of: string) {
  const { results, options } = splitOptions(given)
  return { results, choice: checkOptions<Required<ReferenceChoice>>(options, { reference: trueOrFalse }, of) }
}
