import type { OwnOptions, PresetName, PresetOptions } from './asked/presets'
import type { ControlKind } from '../experiments/control-kinds'
import type { Setup } from '../experiments/setup'
import type { InstabilityResults } from './results/instability-results'
import type { InstabilityChoices } from './asked/instability-options'
import type { ControlOptions } from './asked/control-options'
import type { PruningOptions, VariantsOptions } from './asked/pruning-options'
import type { Displayable } from '../report/display'
import type { Results } from './results/results'
import type { EvaluateOptions, Evaluation } from './results/evaluations'
import type { Plot } from '../report/figures/plot'
import type { TidyTable } from '../report/showing/tidy-table'
import type { AccuracyChoice } from '../report/figures/accuracy-at'
import type { LearningCurvesOptions } from '../report/figures/learning-curves'
import type { BarsChoice } from '../report/figures/bars'
import type { ReferenceChoice } from '../report/figures/reference'
import type { OwnArrays } from '../datasets/own'
import type { NetworkDescription } from '../networks/description'
import type { Network } from '../networks/network'
import type { NetworkName } from '../networks/zoo'
import type { LabelOptions, NpzOptions, OwnDataset } from './asked/dataset-options'
import type { WhereOptions } from './asked/where-options'
import type { FolderOptions } from './asked/folder-options'
import type { VariantsCost, Cost } from './cost/cost'
import type {
  BarrierOptions,
  MaskOptions,
  TrainOptions,
  TreatOptions,
  WeightsOptions,
} from './asked/step-options'
import type { Treatment } from '../tasks/tasks'
import type { PruneOptions } from './asked/prune-options'
import type { AlignOptions, PlaneChoices } from './asked/analysis-options'
import type { AlignedNetwork } from './steps/aligned'
import type { DistanceResults } from './steps/distances'
import type { PlaneResults } from './steps/plane'
import type { PlaneChoice } from '../report/figures/plane'
import type { NumbersByName, WeightsSource } from './steps/bring'
import type { BarrierResults } from './steps/barrier'
import type { NetworkMask } from './steps/mask'
import type { OverlapResults } from './steps/overlap'
import type { TrainedNetwork, NetworkWeights } from './steps/weights'

/** What plots of accuracy draw: results, what `lab.train` gives, or all of `lab.variants`. */
export type Drawn = Results | TrainedNetwork | Readonly<Record<string, Results>>

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
   * @param name one of {@link Lab.presets}
   * @returns plain data, from which experiments start; nothing has been trained
   * @throws TicketLabError `bad-input` for an unknown name (with the nearest one) or option, a value out of its range, or a
   *   network that does not fit the dataset; `data-missing` and `data-corrupt` where a published dataset is not installed or
   *   its description is damaged; `backend-missing` where `backend` asks for TensorFlow and it is not installed
   */
  preset(name: PresetName, options?: PresetOptions): Setup

  /**
   * A setup that is no paper's: network, dataset and steps, and any other option of presets.
   * `lab.setup({ network: 'conv2', dataset: 'cifar10', steps: 5000 })`
   * @returns plain data, from which experiments start; nothing has been trained
   * @throws TicketLabError as {@link Lab.preset}, and `bad-input` without `network`, `dataset` or `steps`
   */
  setup(options: OwnOptions): Setup

  /**
   * A network from the zoo by its name, or of your own as a list of layers; names that are left out are made up.
   * `lab.network({ input: [28, 28, 1], layers: [{ kind: 'convolution', filters: 8 }, { kind: 'dense', units: 10 }] })`
   * @param options `{ padding: 'pytorch' }` for a network as PyTorch would compute it
   * @returns every layer with its name; images are `[height, width, channels]`, weights of dense layers `[inputs, units]`, of
   *   convolutions `[height, width, channels, filters]`
   * @throws TicketLabError `bad-input` for an unknown name or option, or for layers that do not fit each other, with their
   *   shapes
   */
  network(description: NetworkName | NetworkDescription, options?: NetworkOptions): Network

  /**
   * A dataset of your own, from arrays of bytes, or from an npz file with x_train, y_train, x_test and y_test. It is
   * kept under the hash of its content, so the same arrays are the same dataset.
   * @param arrays images as bytes from 0 to 255, row-major, `[height, width, channels]`; labels as whole numbers
   * @returns what presets take as `dataset`: counts, and the shape of an image
   * @throws TicketLabError `bad-input` that says which number of which array is wrong, `disk-full`
   */
  dataset(arrays: OwnArrays, options?: LabelOptions): Promise<OwnDataset>
  /**
   * The same from an npz file, or from a folder of JPEG and PNG images with a folder for each class, or with `train` and `test`
   * or `val` that have them, as ImageNet and Tiny-ImageNet do. A folder is read again only if a file in it changes.
   * `await lab.dataset('flowers', { size: 64 })`
   * @param path relative to the notebook; a file with `x_train` and `x_test`, bytes `[examples, height, width]` or
   *   `[examples, height, width, channels]`, and `y_train` and `y_test`, whole numbers `[examples]` or `[examples, 1]`; or a folder
   * @returns what presets take as `dataset`: counts, the shape of an image, and of a folder the names of the classes
   * @throws TicketLabError `bad-input` where nothing is there, an array is missing or has another shape, a folder is laid out
   *   otherwise, images differ in size and none is asked for, or all together are too large to be held in memory; `data-corrupt`
   *   for a damaged file, and that names the images that cannot be read; `cancelled`; `disk-full`
   */
  dataset(path: string, options?: NpzOptions | FolderOptions): Promise<OwnDataset>

  /**
   * Iterative magnitude pruning with rewinding (Frankle & Carbin 2019, section 2): train, prune the smallest
   * weights, rewind the survivors, and again, `levels` times, for every replicate. A plot grows below the cell.
   * @returns when all is computed or in the store: a row per level, masks and weights; shown as a table
   * @throws TicketLabError `bad-input` for an unknown option, a value out of its range, or nothing to prune; `cancelled`; `layer-died` or
   *   `not-a-number` where pruning or training went wrong, with level and replicate; `backend-missing`, `backend-failed`,
   *   `data-missing`, `data-corrupt`, `store-newer`, `store-corrupt`, `disk-full`, `trainer-died` or `inexact` where computing
   *   did; `task-failed` where several tasks failed. What was computed is kept
   */
  imp(setup: Setup, options: PruningOptions & WhereOptions): Promise<Results>

  /**
   * One-shot pruning to the densities that IMP has after each of `levels` levels (section 2): of the trained network, or
   * with one of the criteria for that before training. `lab.oneShot(lenet, { levels: 8, criterion: 'snip' })`
   * @returns as {@link Lab.imp}
   * @throws TicketLabError as {@link Lab.imp}
   */
  oneShot(setup: Setup, options: PruningOptions & WhereOptions): Promise<Results>

  /**
   * Iterative magnitude pruning of several setups at once, or with `oneShot` one-shot pruning, in one plot; its series are
   * called after the variants.
   * `lab.variants({ 'lr 0.1': lab.preset('vgg19-cifar10'), 'lr 0.01': lab.preset('vgg19-cifar10', { learningRate: 0.01 }) },
   * { levels: 8 })`. Schedules do not change with `steps`: a variant with fewer steps gives its own.
   * @param setups by the names of the variants
   * @returns the results of each variant by its name; plots take all of them at once
   * @throws TicketLabError as {@link Lab.imp}, and `bad-input` names the variant, before any is run; `task-failed` when all
   *   have ended and one or more of several failed
   */
  variants<Name extends string>(
    setups: Readonly<Record<Name, Setup>>,
    options: VariantsOptions & WhereOptions,
  ): Promise<Readonly<Record<Name, Results>>>

  /**
   * A control for tickets (sections 2 and 3): `'random-reinit'` trains the same masks from newly drawn weights;
   * `'random-mask'` the same weights under masks that keep as many weights per layer in random places, and
   * `'random-mask-global'` as many in all; `'random-reinit-random-mask'` newly drawn weights under random masks; `'smart-ratios'`
   * newly drawn weights under random masks that keep as many in all, of each layer what its depth says (Su et al. 2020, section 4);
   * `'reshuffle'`, `'constant'` and others the same masks from weights of which those that are kept are changed ({@link Lab.treat});
   * `'pruned-initial'` and `'pruned-initial-unless-decreased'` the same masks, but pruned weights stay what they begin with
   * ({@link TrainOptions}, `pruned`).
   * `lab.control(tickets, 'random-reinit', { levels: [3, 7] })` saves time, `{ draws: 3 }` draws three times for each replicate.
   * @param tickets of {@link Lab.imp} or {@link Lab.oneShot}, rewound ones (`afterPruning: 'rewind'`)
   * @returns as {@link Lab.imp}, without level 0
   * @throws TicketLabError as {@link Lab.imp}, and `bad-input` for other results, or levels that the tickets do not have
   */
  control(tickets: Results, kind: ControlKind, options?: ControlOptions & WhereOptions): Promise<Results>

  /**
   * Instability analysis (Frankle et al. 2020, section 2): trains a network to each step k of `steps`, copies it,
   * trains the copies on different orders of the data, and evaluates the error on the lines between them.
   * `lab.instability(lenet, { steps: [0, 100, 1000] })` analyses the full network, or with `levels` the subnetworks
   * that IMP finds with rewinding to k; results of lab.imp, lab.oneShot or lab.control, the subnetworks of those.
   * @returns barrier heights in percentage points, distances, and what is stable and matching, a row per level and step k;
   *   shown as a table
   * @throws TicketLabError as {@link Lab.imp}, and `bad-input` without steps, or for levels that given results do not have
   */
  instability(
    networks: Setup | Results,
    options: InstabilityChoices & WhereOptions,
  ): Promise<InstabilityResults>

  /**
   * The results of an experiment that is in the store, as its cell was given them, such as to compare its tickets with another
   * control in a notebook that has not run that cell. Nothing is computed. `await lab.stored('3f2a9c01b2d4')`
   * @param experiment its digest or the beginning of it, as the list of experiments shows it in its recipe; or its name
   * @returns what lab.imp, lab.oneShot, lab.control or lab.train gave
   * @throws TicketLabError `bad-input` for what means no experiment, or several, which are listed; for an analysis, a barrier or a
   *   plane; and for an experiment that was not run to its end; `store-corrupt`
   */
  stored(experiment: string): Promise<Results>

  /**
   * The weights W_0 that the setup's initializer draws, one of each replicate: where the steps of an experiment begin.
   * `const w0 = lab.initialize(lenet)`
   * @returns a handle; nothing is computed before it is needed
   * @throws TicketLabError `bad-input` for what is no setup
   */
  initialize(setup: Setup): NetworkWeights

  /**
   * Weights for a pruned network to begin with, made of those that it was to begin with (Zhou et al. 2019, section 5): of every
   * layer, those that the mask keeps are changed as lab.control does by the same name. `lab.treat(w0, 'constant-same-sign', { mask })`
   * @param how `'reshuffle'`, in another order; `'constant'`, the standard deviation of the layer with signs that are drawn;
   *   `'reshuffle-same-sign'` and `'constant-same-sign'`, the same with the signs that the weights had; `'random-reinit-same-sign'`,
   *   another draw with these signs
   * @returns a handle for `lab.train`, which has the step of `weights`; nothing is computed before it is needed
   * @throws TicketLabError `bad-input` without a mask, or for one that does not fit
   */
  treat(weights: NetworkWeights | Setup, how: Treatment, options: TreatOptions): NetworkWeights

  /**
   * Trains weights to the last step T, under a mask or all of them, for every replicate; the curve grows below the cell.
   * `const ticket = await lab.train(w0, { mask })`. What lab.imp makes of the same is the same, and is trained once.
   * @param weights of lab.initialize, `full.at(500)` of a training, or a setup for its W_0
   * @returns accuracies, curves, the weights at every step that was passed
   * @throws TicketLabError `bad-input` for a mask that does not fit, or a training that would end before it begins; as {@link Lab.imp}
   */
  train(weights: NetworkWeights | Setup, options?: TrainOptions): Promise<TrainedNetwork>

  /**
   * Prunes weights, further than the mask they were trained under: by the setup's rates, or by `rate`, `rates` or `density`; by
   * magnitude, another criterion, or scores of your own. `const mask = await lab.prune(full, { rate: 0.2 })`
   * @returns a mask for each replicate; shown as pictures
   * @throws TicketLabError `bad-input` for an unknown option, for nothing to prune, or scores that are no numbers, with the layer and
   *   the level; `layer-died`; `not-a-number`; as {@link Lab.imp}
   */
  prune(weights: NetworkWeights | Setup, options?: PruneOptions): Promise<NetworkMask>

  /**
   * A mask of your own: which weights `lab.train` keeps. It is kept under its content, so that what is trained under it is
   * cached, drawn and exported as ever. `await lab.mask(lenet, { 'dense1/weights': bits })`
   * @param given by parameter name, 1 to keep and 0 to prune, a number for each weight, for all replicates; or a list of such, one
   *   for each. Parameters that are left out are not pruned
   * @throws TicketLabError `bad-input` for names, lengths or numbers that do not fit; `layer-died` where nothing is kept of a layer;
   *   `disk-full`
   */
  mask(
    setup: Setup,
    given: NumbersByName | readonly NumbersByName[],
    options?: MaskOptions,
  ): Promise<NetworkMask>
  /**
   * The mask that results have at a level, such as to train other weights, or another dataset's, under it.
   * `await lab.train(fashion, { mask: await lab.mask(tickets, 8) })`
   * @throws TicketLabError `bad-input` for a level that has no mask
   */
  mask(results: Results, level: number): Promise<NetworkMask>

  /**
   * Weights of your own: from a file of PyTorch (`.pt`, `.pth`) or safetensors, whose name is relative to the notebook, or by
   * parameter name. A list has one of each for every replicate. They count as those of step 0.
   * `const theirs = await lab.weights(resnet, 'resnet20.pt')`
   * @returns a handle for `lab.train`, `lab.prune` and `lab.barrier`; with the mask of a file that has one
   * @throws TicketLabError `bad-input` for what does not fit the network, tensor by tensor; `data-corrupt` for a damaged file;
   *   `disk-full`
   */
  weights(
    setup: Setup,
    source: WeightsSource | readonly WeightsSource[],
    options?: WeightsOptions,
  ): Promise<NetworkWeights>
  /**
   * The weights that results have at the end of a level, such as for the barrier between successive levels.
   * `await lab.barrier(await lab.weights(tickets, 3), await lab.weights(tickets, 4))`
   * @param level 0 for the full network
   * @throws TicketLabError `bad-input` for a level that was not trained
   */
  weights(results: Results, level: number): Promise<NetworkWeights>

  /**
   * The line between two networks of the same shape (Frankle et al. 2020, section 2): loss and error along it, the height of the
   * barrier, and whether it is under the threshold. `await lab.barrier(ticket, late)`
   * @param one weights of lab.train, or any others of the same network and dataset; paired with `other` replicate by replicate
   * @returns heights in percentage points, distances, verdict; a plot grows below the cell
   * @throws TicketLabError `bad-input` for networks of different shapes, data or numbers of replicates; as {@link Lab.imp}
   */
  barrier(one: NetworkWeights, other: NetworkWeights, options?: BarrierOptions): Promise<BarrierResults>

  /**
   * The same network with its units and channels in the order in which its weights are most like another's, by weight matching
   * (Ainsworth et al. 2023, section 3.2): networks that differ by their seeds do not differ by the names of their units then.
   * What it computes stays; its mask, and W_0, go along. `await lab.barrier(a, await lab.align(b, { to: a }))`
   * @param weights of the same layers as `to`; replicate by replicate, or all to the only one of `to`
   * @returns a handle as lab.train gives it, with L2 distances before and after and how many units moved
   * @throws TicketLabError `bad-input` for networks of different layers or numbers of replicates, or for layers whose channels are
   *   added to others that are grouped otherwise; as {@link Lab.imp}
   */
  align(weights: NetworkWeights | Setup, options: AlignOptions): Promise<AlignedNetwork>

  /**
   * How far two networks are from each other, layer by layer: the share of weights that have the same sign (Zhou et al. 2019, section
   * 4; Frankle et al. 2020, "The early phase of neural network training", section 4), L2 distance and cosine. Only weights that both
   * masks keep count. `await lab.distances(w0, ticket)`
   * @param one weights of lab.train, or any others, paired with those of `other` replicate by replicate
   * @returns a row per layer and one for all; shown as a table
   * @throws TicketLabError `bad-input` for networks of different layers or numbers of replicates; as {@link Lab.imp}
   */
  distances(one: NetworkWeights | Setup, other: NetworkWeights | Setup): Promise<DistanceResults>

  /**
   * The plane through three networks (Garipov et al. 2018, appendix): loss and error at the points of a grid around them, in L2
   * distances of weight space. The first is at [0, 0], the second on the x axis. `await lab.plane(a, b, c)`
   * @param one weights of lab.train, or any others; `other` and `third` of the same network, dataset and number of replicates
   * @returns values at all points, and of the three networks, for each replicate; a heat map grows below the cell
   * @throws TicketLabError `bad-input` for networks of different shapes, data or numbers of replicates, two that are the same, or
   *   three on one line; as {@link Lab.imp}
   */
  plane(
    one: NetworkWeights,
    other: NetworkWeights,
    third: NetworkWeights,
    options?: PlaneChoices,
  ): Promise<PlaneResults>

  /**
   * What a method would take with the same arguments: tasks, training steps, time on this machine, disk.
   * `await lab.cost('imp', lenet, { levels: 8 })`; of variants also what each would take alone.
   * @param given the arguments of the method; a cost stands for the results that it is of
   * @returns tasks and steps by number, time in seconds, disk in bytes; `VariantsCost` for `'variants'`. Shown as a table
   * @throws TicketLabError `bad-input` as the method itself; `cancelled`, `backend-missing`, `backend-failed`, `data-missing`,
   *   `data-corrupt`, `trainer-died` or `task-failed` where steps cannot be timed; `store-newer`
   */
  cost<Method extends Costed>(method: Method, ...given: CostArguments<Method>): Promise<CostOf<Method>>

  /**
   * Loss and accuracy on a split, `'test'` by default: of every trained network of a result, or of weights that a step, a cell
   * or a file gave. `await lab.evaluate(await lab.weights(resnet, 'resnet20.pt'))`
   * @returns accuracy in [0, 1] and mean cross-entropy, a row per level and replicate; shown as a table
   * @throws TicketLabError as {@link Lab.imp}, and `bad-input` for what is no result and no weights, or another split
   */
  evaluate(networks: Results | NetworkWeights, options?: EvaluateOptions): Promise<Evaluation>

  /**
   * Shows values below the cell, each as it would be shown as the last value of a cell: plots, Vega-Lite and Vega specs
   * (objects with `$schema`), the bytes of PNG and JPEG files, {@link Lab.html}, {@link Lab.markdown}, {@link Lab.svg},
   * arrays of plain objects as tables, results and masks, promises of these, MIME bundles
   * (`{ 'text/html': '<b>bold</b>' }`), and everything else as Node prints it. It works in loops, functions and callbacks
   * too, and after the cell has ended. Objects of your own classes say how they look by a method
   * `[Symbol.for('ticketlab.display')]` that returns any of these.
   * `for (const one of [tickets, reinit]) lab.show(lab.plot.accuracy(one))`
   * @throws what a value's own way to show itself throws; it has no errors of its own
   */
  show(...values: readonly unknown[]): void

  /**
   * Text to be shown as HTML: as the last value of a cell, or by {@link Lab.show}. `lab.html('<b>bold</b>')`
   * @throws TicketLabError `bad-input` for what is no text
   */
  html(text: string): Displayable
  /**
   * Text to be shown as Markdown. `lab.markdown('**bold**')`
   * @throws TicketLabError `bad-input` for what is no text
   */
  markdown(text: string): Displayable
  /**
   * An SVG document, to be shown as a picture.
   * @throws TicketLabError `bad-input` for what is no text with `<svg`
   */
  svg(text: string): Displayable

  /** Plots of what was found. One is shown where it is the last expression of a cell; `await plot.svg()` is a file. */
  readonly plot: {
    /**
     * Test accuracy at early stop and at the end, against the percentage of weights remaining (figures 3, 4). As the
     * last argument, `{ reference: true }` draws published values beside; `{ at: [30_000, 60_000] }` draws the accuracy
     * at these steps of the same trainings instead (figures 7, 8); `{ bars: 'interval' }` draws the 95% interval of the mean
     * in place of minimum and maximum, as in all plots that have error bars or bands over replicates;
     * `{ x: 'multiply-adds' }` or `{ x: 'compression' }` draws against multiply-adds or the compression ratio.
     * @returns percentages against percentages of weights remaining, or what `x` says, on a logarithmic axis
     * @throws TicketLabError `bad-input` without results, for an unknown option, for `at` or another `x` beside `reference`, or for a step at which nothing was recorded
     */
    accuracy(...resultsAndOptions: readonly (Drawn | AccuracyChoice)[]): Plot
    /**
     * The iteration of minimum validation loss, against the percentage of weights remaining (figures 3, 4).
     * @returns training steps against percentages of weights remaining
     * @throws TicketLabError `bad-input` without results, or for an unknown option
     */
    earlyStop(...resultsAndOptions: readonly (Drawn | (ReferenceChoice & BarsChoice))[]): Plot
    /**
     * Test accuracy against the training step, a line per level (figure 3). Options come last.
     * @returns percentages against training steps
     * @throws TicketLabError `bad-input` without results, for an unknown option, or for a level that no result has
     */
    learningCurves(...resultsAndOptions: readonly (Drawn | LearningCurvesOptions)[]): Plot
    /**
     * Train and test error on the lines between copies: mean over pairs, in a band of a standard deviation.
     * @returns percentages of examples against alpha, which is 0 at one copy and 1 at the other
     * @throws TicketLabError `bad-input` without results of lab.instability
     */
    line(...results: readonly InstabilityResults[]): Plot
    /**
     * Error barrier against the step k at which copies were made, a line per density.
     * @returns percentage points against training steps
     * @throws TicketLabError `bad-input` without results of lab.instability, or for an unknown option
     */
    instability(...resultsAndOptions: readonly (InstabilityResults | (ReferenceChoice & BarsChoice))[]): Plot
    /**
     * Stable against matching: a point per density and k of subnetworks.
     * @returns percentage points of test error (barrier height) and of test accuracy (against the full network)
     * @throws TicketLabError `bad-input` without results of lab.instability that have subnetworks, or for an unknown option
     */
    matching(...resultsAndOptions: readonly (InstabilityResults | (ReferenceChoice & BarsChoice))[]): Plot
    /**
     * What masks have in common, layer by layer, beside what chance would give.
     * `lab.plot.overlap(await mask.overlap(other))`
     * @returns intersection over union in percent, a bar per layer
     * @throws TicketLabError `bad-input` without results of overlap
     */
    overlap(...overlaps: readonly OverlapResults[]): Plot
    /**
     * How large the weights of each layer are that are left, of all replicates together, a line for each network.
     * `await lab.plot.weights(full, ticket)`
     * @returns percent of the layer's weights in bins of one width; computes weights that are not in the store
     * @throws TicketLabError `bad-input` without weights, or for networks of different shapes; as {@link Lab.imp}
     */
    weights(...networks: readonly NetworkWeights[]): Promise<Plot>
    /**
     * How many weights each unit of a layer keeps, and how many each of its inputs; beside `await mask.shuffle()` it shows what
     * chance would give. `await lab.plot.degrees(mask)`
     * @returns percent of units, or of inputs (of convolutions, channels), by the number of weights that they keep
     * @throws TicketLabError `bad-input` without masks, or for networks of different shapes; as {@link Lab.imp}
     */
    degrees(...masks: readonly NetworkMask[]): Promise<Plot>
    /**
     * Error, or loss, on planes through three networks, as heat maps. `lab.plot.plane(plane, { of: 'loss' })`
     * @returns percentages of examples, or mean cross-entropy on a logarithmic scale, against L2 distances
     * @throws TicketLabError `bad-input` without results of lab.plane, or for an unknown option
     */
    plane(...planesAndOptions: readonly (PlaneResults | PlaneChoice)[]): Plot
    /**
     * Test error of subnetworks at T against k, a line per density, in front of the full network's.
     * @returns percentages of test examples against training steps
     * @throws TicketLabError `bad-input` without results of lab.instability that have subnetworks, or for an unknown option
     */
    subnetworkError(...resultsAndOptions: readonly (InstabilityResults | BarsChoice)[]): Plot
  }

  /**
   * Everything that results recorded in training as one table, a row per network, step and split: losses, accuracies, level,
   * density, and the digest in the store. `await lab.table(tickets, reinit).saveCsv('all.csv')`
   * @returns rows of numbers as they are, and the same as CSV; shown as a table, a long one cut
   * @throws TicketLabError `bad-input` for what is no result
   */
  table(...results: readonly (Drawn | InstabilityResults)[]): TidyTable

  /**
   * Seconds that computing these results took, all tasks one after the other, whenever that was; shared ones count once.
   * @throws TicketLabError `bad-input` for what is no result, `store-corrupt`
   */
  seconds(...results: readonly (Results | InstabilityResults)[]): Promise<number>

  /**
   * Cancels one run; the call that started it is rejected with code `cancelled`.
   * @param run its number, counted from 1 in the order in which experiments began; one that does not run is left alone
   */
  cancel(run: number): void

  /**
   * Lets a run go on in the background, as with `run: 'background'`: a worker takes it over from its checkpoints, and the cell goes on
   * showing it. Nothing happens to a run that is there already, and to one whose masks are made by a function of a cell.
   * @param run its number, as the status bar knows it
   */
  toBackground(run: number): void

  /** Ends all trainers. What they have computed stays. */
  close(): Promise<void>
}

/** How a network is made of its description. */
export interface NetworkOptions {
  /**
   * How windows with a stride go beyond the edges of images: `'same'`, the default, so that the output has the input's size over
   * the stride, more at the end than at the beginning; `'pytorch'`, as far on each side, which weights from PyTorch expect.
   */
  readonly padding?: 'same' | 'pytorch'
}

/** The methods of `lab` whose cost can be told before they are called. */
export type Costed = 'imp' | 'oneShot' | 'variants' | 'control' | 'instability'

/** What is told of a method. */
export type CostOf<Method extends Costed> = Method extends 'variants' ? VariantsCost : Cost

/** The arguments of such a method; the cost of what would make results stands for the results. */
export type CostArguments<Method extends Costed> = Planned<Parameters<Lab[Method]>>

/** The same arguments, where a {@link Cost} may stand for results. */
export type Planned<Given> = { [K in keyof Given]: Results extends Given[K] ? Given[K] | Cost : Given[K] }
