import type { OwnOptions, PresetName, PresetOptions } from './asked/presets'
import type { ControlKind } from '../experiments/control'
import type { Setup } from '../experiments/setup'
import type { InstabilityResults } from './results/instability-results'
import type { InstabilityChoices } from './asked/instability-options'
import type { ControlOptions, PruningOptions, VariantsOptions } from './asked/pruning-options'
import type { Displayable } from '../report/display'
import type { Results } from './results/results'
import type { EvaluateOptions, Evaluation } from './results/evaluations'
import type { Plot } from '../report/figures/plot'
import type { AccuracyChoice } from '../report/figures/accuracy-at'
import type { LearningCurvesOptions } from '../report/figures/learning-curves'
import type { BarsChoice } from '../report/figures/bars'
import type { ReferenceChoice } from '../report/figures/reference'
import type { OwnArrays } from '../datasets/own'
import type { NetworkDescription } from '../networks/description'
import type { Network } from '../networks/network'
import type { NetworkName } from '../networks/zoo'
import type { LabelOptions, NpzOptions, OwnDataset } from './asked/dataset-options'
import type { VariantsCost, Cost } from './cost/cost'

/** What plots of accuracy draw: results, or all of `lab.variants`. */
export type Drawn = Results | Readonly<Record<string, Results>>

/**
 * The `lab` of a notebook: experiments, their controls, and plots of what they found. Everything computed is kept
 * in the store under what it was computed from, so running a cell again, or one that overlaps with another,
 * computes only what is missing. Bad input is an error with code `bad-input` that says what was expected.
 */
export interface Lab {
  /** Names of the presets there are. */
  readonly presets: readonly PresetName[]

  /**
   * Network, data and hyperparameters of a paper, with changes; whatever differs from the paper is listed in
   * every result. `lab.preset('lenet-mnist', { steps: 2000, replicates: 2 })`
   */
  preset(name: PresetName, options?: PresetOptions): Setup

  /**
   * A setup that is no paper's: network, dataset and steps, and any other option of presets.
   * `lab.setup({ network: 'conv2', dataset: 'cifar10', steps: 5000 })`
   */
  setup(options: OwnOptions): Setup

  /**
   * A network from the zoo by its name, or of your own as a list of layers; names that are left out are made up.
   * `lab.network({ input: [28, 28, 1], layers: [{ kind: 'convolution', filters: 8 }, { kind: 'dense', units: 10 }] })`
   */
  network(description: NetworkName | NetworkDescription): Network

  /**
   * A dataset of your own, from arrays of bytes, or from an npz file with x_train, y_train, x_test and y_test. It is
   * kept under the hash of its content, so the same arrays are the same dataset.
   */
  dataset(arrays: OwnArrays, options?: LabelOptions): Promise<OwnDataset>
  /** The same from an npz file, whose name is relative to the notebook. */
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
   * Iterative magnitude pruning of several setups at once, or with `oneShot` one-shot pruning, in one plot; its series are
   * called after the variants.
   * `lab.variants({ 'lr 0.1': lab.preset('vgg19-cifar10'), 'lr 0.01': lab.preset('vgg19-cifar10', { learningRate: 0.01 }) },
   * { levels: 8 })`. Schedules do not change with `steps`: a variant with fewer steps gives its own.
   */
  variants<Name extends string>(
    setups: Readonly<Record<Name, Setup>>,
    options: VariantsOptions,
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
   * `await lab.cost('imp', lenet, { levels: 8 })`; of variants also what each would take alone.
   */
  cost<Method extends Costed>(method: Method, ...given: CostArguments<Method>): Promise<CostOf<Method>>

  /** Loss and accuracy of every trained network of a result on a split, `'test'` by default. */
  evaluate(results: Results, options?: EvaluateOptions): Promise<Evaluation>

  /**
   * Shows values below the cell, each as it would be shown as the last value of a cell: plots, Vega-Lite and Vega specs
   * (objects with `$schema`), the bytes of PNG and JPEG files, {@link Lab.html}, {@link Lab.markdown}, {@link Lab.svg},
   * arrays of plain objects as tables, results and masks, promises of these, MIME bundles
   * (`{ 'text/html': '<b>bold</b>' }`), and everything else as Node prints it. It works in loops, functions and callbacks
   * too, and after the cell has ended. Objects of your own classes say how they look by a method
   * `[Symbol.for('ticketlab.display')]` that returns any of these.
   * `for (const one of [tickets, reinit]) lab.show(lab.plot.accuracy(one))`
   */
  show(...values: readonly unknown[]): void

  /** Text to be shown as HTML: as the last value of a cell, or by {@link Lab.show}. `lab.html('<b>bold</b>')` */
  html(text: string): Displayable
  /** Text to be shown as Markdown. `lab.markdown('**bold**')` */
  markdown(text: string): Displayable
  /** An SVG document, to be shown as a picture. */
  svg(text: string): Displayable

  /** Plots of what was found. One is shown where it is the last expression of a cell; `await plot.svg()` is a file. */
  readonly plot: {
    /**
     * Test accuracy at early stop and at the end, against the percentage of weights remaining (figures 3, 4). As the
     * last argument, `{ reference: true }` draws published values beside; `{ at: [30_000, 60_000] }` draws the accuracy
     * at these steps of the same trainings instead (figures 7, 8); `{ bars: 'interval' }` draws the 95% interval of the mean
     * in place of minimum and maximum, as in all plots that have error bars or bands over replicates.
     */
    accuracy(...resultsAndOptions: readonly (Drawn | AccuracyChoice)[]): Plot
    /** The iteration of minimum validation loss, against the percentage of weights remaining (figures 3, 4). */
    earlyStop(...resultsAndOptions: readonly (Drawn | (ReferenceChoice & BarsChoice))[]): Plot
    /** Test accuracy against the training step, a line per level (figure 3). Options come last. */
    learningCurves(...resultsAndOptions: readonly (Drawn | LearningCurvesOptions)[]): Plot
    /** Train and test error on the lines between copies: mean over pairs, in a band of a standard deviation. */
    line(...results: readonly InstabilityResults[]): Plot
    /** Error barrier against the step k at which copies were made, a line per density. */
    instability(...resultsAndOptions: readonly (InstabilityResults | (ReferenceChoice & BarsChoice))[]): Plot
    /** Stable against matching: a point per density and k of subnetworks. */
    matching(...resultsAndOptions: readonly (InstabilityResults | (ReferenceChoice & BarsChoice))[]): Plot
    /** Test error of subnetworks at T against k, a line per density, in front of the full network's. */
    subnetworkError(...resultsAndOptions: readonly (InstabilityResults | BarsChoice)[]): Plot
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

/** The methods of `lab` whose cost can be told before they are called. */
export type Costed = 'imp' | 'oneShot' | 'variants' | 'control' | 'instability'

/** What is told of a method. */
export type CostOf<Method extends Costed> = Method extends 'variants' ? VariantsCost : Cost

/** The arguments of such a method; the cost of what would make results stands for the results. */
export type CostArguments<Method extends Costed> = Planned<Parameters<Lab[Method]>>

export type Planned<Given> = { [K in keyof Given]: Results extends Given[K] ? Given[K] | Cost : Given[K] }
