import { presetNames, setupOf, type PresetOptions } from './presets'
import { control, imp, oneShot, type ControlKind } from '../experiments/imp'
import type { Setup } from '../experiments/setup'
import { instability } from '../experiments/instability'
import { createRunner, type Runner } from './runner'
import { costOf, type Cost, type CostArguments, type Costed } from './cost/cost'
import { InstabilityResults } from './instability-results'
import { checkInstability, type InstabilityChoices } from './instability-options'
import { badInput, checkOptions, checkSetup, lookUp, wholeNumber, wholeNumbers } from './options'
import { Results } from './results'
import { evaluate, type Evaluation } from './evaluate'
import { accuracyPlot, earlyStopPlot, learningCurvesPlot, type Plot } from './plots/plot'
import { instabilityPlot, linePlot } from './plots/instability'
import type { LabHost } from './host'
import type { EvaluateTask } from '../training/tasks'
import { chooseBackend } from '../backends/choose'

/** How long to prune for. */
export interface LevelOptions {
  /** How many times the network is pruned: the results have one more point, the full network at level 0. */
  readonly levels: number
}

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
   * Iterative magnitude pruning with rewinding (Frankle & Carbin 2019, section 2): train, prune the smallest
   * weights, rewind the survivors, and again, `levels` times, for every replicate. A plot grows below the cell.
   */
  imp(setup: Setup, options: LevelOptions): Promise<Results>

  /** One-shot pruning to the densities that IMP has after each of `levels` levels (section 2). */
  oneShot(setup: Setup, options: LevelOptions): Promise<Results>

  /**
   * A control for tickets: `'random-reinit'` trains the same masks from newly drawn weights, `'random-mask'` the
   * same weights under masks that keep as many weights per layer in random places (sections 2 and 3).
   */
  control(tickets: Results, kind: ControlKind): Promise<Results>

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
    /** Test accuracy at early stop and at the end, against the percentage of weights remaining (figures 3, 4). */
    accuracy(...results: readonly Results[]): Plot
    /** The iteration of minimum validation loss, against the percentage of weights remaining (figures 3, 4). */
    earlyStop(...results: readonly Results[]): Plot
    /** Test accuracy against the training step, a line per level (figure 3). Options come last. */
    learningCurves(...resultsAndOptions: readonly (Results | { readonly levels?: readonly number[] })[]): Plot
    /** Train and test error on the lines between copies: mean over pairs, in a band of a standard deviation. */
    line(...results: readonly InstabilityResults[]): Plot
    /** Error barrier against the step k at which copies were made, a line per density. */
    instability(...results: readonly InstabilityResults[]): Plot
  }

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
  return {
    presets: presetNames,

    preset: (name, options) =>
      setupOf(name, options, (choice = host.backend ?? 'auto') => chooseBackend(choice, host.backends)),

    async imp(setup, options) {
      return runner.run(imp(checkSetup(setup, 'lab.imp'), checkLevels(options, 'lab.imp')), [])
    },

    async oneShot(setup, options) {
      return runner.run(oneShot(checkSetup(setup, 'lab.oneShot'), checkLevels(options, 'lab.oneShot')), [])
    },

    async control(tickets, kind) {
      checkResults([tickets], 'lab.control')
      const kinds: Record<ControlKind, ControlKind> = {
        'random-reinit': 'random-reinit',
        'random-mask': 'random-mask',
      }
      return runner.run(control(tickets.experiment, lookUp(kinds, kind, 'control')), [tickets.series])
    },

    async instability(networks, options) {
      const { threshold, ...checked } = checkInstability(networks, options)
      const setup = networks instanceof Results ? networks.experiment.setup : networks
      return runner.runInstability(instability(setup, checked), threshold)
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
      accuracy: (...results) => accuracyPlot(seriesOf(results, 'lab.plot.accuracy')),
      earlyStop: (...results) => earlyStopPlot(seriesOf(results, 'lab.plot.earlyStop')),
      learningCurves(...given) {
        const last = given.at(-1)
        const options = last !== undefined && isPlain(last) ? last : undefined
        const { levels } = checkOptions<{ levels: readonly number[] }>(
          options,
          { levels: wholeNumbers },
          'lab.plot.learningCurves',
        )
        const results = options ? given.slice(0, -1) : given
        return learningCurvesPlot(seriesOf(results, 'lab.plot.learningCurves'), levels ? { levels } : {})
      },
      line: (...results) => linePlot(checkAnalyses(results, 'lab.plot.line')),
      instability: (...results) => instabilityPlot(checkAnalyses(results, 'lab.plot.instability')),
    },

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

function checkLevels(options: unknown, of: string): number {
  const { levels } = checkOptions<LevelOptions>(options, { levels: wholeNumber(1) }, of)
  if (levels === undefined) throw badInput(`{ levels: ... } in ${of}`, 'none', 'For example { levels: 8 }.')
  return levels
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

function isPlain(value: object): value is { readonly levels?: readonly number[] } {
  return !(value instanceof Results) && !(value instanceof Promise)
}
