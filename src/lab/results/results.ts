import { type Experiment, type Training, lastStep, nameOf } from '../../experiments/experiment'
import { densityOf } from '../../experiments/density'
import { learningCurvesOf, type LearningCurve } from '../../experiments/learning-curves'
import { matchesOf, usualMargin, type Match } from '../../experiments/matching'
import { spreadOf } from '../../experiments/progress'
import { perReplicate } from '../../experiments/draws'
import type { Point, Series } from '../../experiments/series'
import type { Spread } from '../../experiments/view'
import { parametersOf } from '../../networks/parameters'
import { percentText } from '../../support/quantities'
import type { Masks, Tensors } from '../../support/tensor'
import { exportTicket, type ExportedTicket, type ExportedWeights } from './ticket'
import { layersUnder, levelsTable, type LayerResult, type LevelResult } from './result-tables'
import { replicateOf, type ReplicateChoice } from './replicate'
import { writeTensorboard, type TensorboardRuns } from './tensorboard'
import { ticketLayouts, type TicketLayout } from './ticket-layouts'
import { display, printed, shownAs, type Displayable, type MimeBundle } from '../../report/display'
import { masksBundle } from '../../report/showing/masks'
import { tableBundle, tableText, type Table } from '../../report/showing/table'
import { chanceFor } from './chance'
import { matchTable } from '../../report/words/verdicts'
import { atLeastZero, checkOptions, nameIn, text, wholeNumber } from '../../support/options'
import { ascending } from '../../support/ascending'
import { badInput } from '../../support/errors'
import { show } from '../../support/show'
import type { ResultReader } from './result-reader'

/** Of nothing. */
const unknown: Spread = { mean: NaN, minimum: NaN, maximum: NaN, count: 0 }

/** How a ticket is written. */
export interface ExportChoices {
  /** Which replicate, counted from 1; 1 by default. */
  readonly replicate?: number
  /** Where the files are put, made where it is missing; by default the folder of the notebook. */
  readonly folder?: string
  /** `'trained'`, the default, for W_T; `'start'` for the weights that the ticket's training starts from, such as W_k. */
  readonly weights?: ExportedWeights
  /**
   * `'ticketlab'`, the default, for names and orders as {@link Results.weights} has them; `'torch'` for PyTorch's, as
   * `torch.nn.utils.prune` has them: `conv1.weight_orig` and `conv1.weight_mask` where a layer is pruned, otherwise
   * `conv1.weight`; batch norm is `conv1_norm`. Weights are `[units, inputs]` and `[filters, channels, height, width]`, and a
   * dense layer that flattens images takes them with the channels outermost.
   */
  readonly layout?: TicketLayout
}

/** What an experiment has found. Shown in a notebook as a table when it is a cell's last expression. */
export class Results implements Displayable {
  constructor(
    /** What was asked for, and the tasks that answer it. */
    readonly experiment: Experiment,
    /** Every training's curve, early stop and end; what plots draw. */
    readonly series: Series,
    private readonly reader: ResultReader,
  ) {}

  /** Such as `IMP lenet-mnist`. */
  get name(): string {
    return nameOf(this.experiment)
  }

  /** A row per level, dense first. Of several draws of a control, each replicate has the mean. */
  get levels(): readonly LevelResult[] {
    const { counts, setup, draws = 1 } = this.experiment
    return counts.flatMap((kept, level): LevelResult[] => {
      const points = this.series.points.filter((point) => point.level === level && point.result)
      const spread = (valueOf: (point: Point) => number | undefined) =>
        spreadOf(perReplicate(points, draws, valueOf))
      const finalAccuracy = spread(({ result }) => result?.final.testAccuracy)
      if (!finalAccuracy) return []
      const density = densityOf(setup.network, kept)
      return [
        {
          level,
          density,
          compressionRatio: 1 / density,
          multiplyAdds: spread(({ multiplyAdds }) => multiplyAdds)!,
          earlyStopAccuracy: spread(({ result }) => result?.earlyStop?.testAccuracy) ?? unknown,
          finalAccuracy,
          earlyStop: spread(({ result }) => result?.earlyStop?.step) ?? unknown,
        },
      ]
    })
  }

  /** What every network recorded in training, replicate by replicate. */
  get learningCurves(): readonly LearningCurve[] {
    const { points } = this.series
    return learningCurvesOf(this.experiment, (task) => {
      const training = this.experiment.trainings.find((one) => one.task === task)!
      return points.find(
        ({ level, replicate, draw }) =>
          level === training.level && replicate === training.replicate && draw === training.draw,
      )?.curve
    })
  }

  /**
   * Which levels are matching: their test accuracy at T, mean over replicates, is at most `margin` percentage points below
   * the full network's (Frankle et al. 2020, section 4), and how sure that is. A row per level of pruning.
   * @param margin in percentage points
   * @returns accuracies in [0, 1], differences in percentage points; shown as a table
   * @throws TicketLabError `bad-input` for a margin below 0
   */
  matching(margin = usualMargin): readonly Match[] {
    const step = this.experiment.setup.rewindTo
    const subnetworks = this.series.points.flatMap(({ level, density, replicate, result }) =>
      level > 0 && result ? [{ level, density, step, replicate, accuracy: result.final.testAccuracy }] : [],
    )
    const trained = { full: this.series.full ?? [], subnetworks }
    const chance = chanceFor(this.experiment.setup)
    const matches = matchesOf(trained, atLeastZero(margin, 'margin'), chance)
    return shownAs(matches, (shown) => tableBundle(matchTable(shown)))
  }

  /**
   * The masks of a level, by parameter name; 1 keeps, 0 prunes. Shown in a notebook as pictures.
   * `await tickets.mask(8, { replicate: 2 })`
   * @param choice which replicate, 1 by default: `{ replicate: 2 }`, or its number alone
   * @returns bytes with the shape of the weights: `[inputs, units]`, for convolutions `[height, width, channels, filters]`
   * @throws TicketLabError `bad-input` for a level without masks, `store-corrupt`, `task-failed` where the store no longer has it
   */
  async mask(level: number, choice?: ReplicateChoice | number): Promise<Masks> {
    const { mask } = this.training(level, replicateOf(choice, 'mask'))
    if (mask === undefined)
      throw badInput('a level that is pruned', `level ${level}, which is the full network`)
    return shownAs(await this.reader.readMask(mask), masksBundle)
  }

  /**
   * What is left of each layer that has weights at a level; with the scope `global`, no description says it.
   * @param choice which replicate, 1 by default: `{ replicate: 2 }`, or its number alone
   * @returns numbers of weights, a row per layer; shown as a table
   * @throws TicketLabError `bad-input` for a level that is not there, `store-corrupt`, `task-failed` where the store no longer has the mask
   */
  async layers(level: number, choice?: ReplicateChoice | number): Promise<readonly LayerResult[]> {
    const { mask } = this.training(level, replicateOf(choice, 'layers'))
    const masks = mask === undefined ? {} : await this.reader.readMask(mask)
    return layersUnder(parametersOf(this.experiment.setup.network), masks)
  }

  /**
   * The trained weights W_T of a level, by parameter name; pruned ones are exactly zero.
   * @param choice which replicate, 1 by default: `{ replicate: 2 }`, or its number alone
   * @returns float32 numbers, row-major: weights `[inputs, units]`, of convolutions `[height, width, channels, filters]`, biases
   *   `[units]` or `[filters]`
   * @throws TicketLabError `bad-input` for a level that is not there, `store-corrupt`, `task-failed` where the store no longer has them
   */
  async weights(level: number, choice?: ReplicateChoice | number): Promise<Tensors> {
    const { task } = this.training(level, replicateOf(choice, 'weights'))
    return this.reader.readWeights({ task, step: lastStep(this.experiment, task) })
  }

  /**
   * Writes a ticket as dense safetensors with its masks and its description, for PyTorch, NumPy and every other reader
   * of the format. `await tickets.export(8, { folder: 'tickets' })`; with `{ layout: 'torch' }` for `load_state_dict`.
   * @returns the file and its size in bytes
   * @throws TicketLabError `bad-input` for a level that is not there, where another ticket has the name of the file, or for names that PyTorch cannot tell apart; `store-corrupt`,
   *   `task-failed` where the store no longer has it; `disk-full`; `data-missing`, `data-corrupt` where the dataset was your own
   */
  async export(level: number, choices?: ExportChoices): Promise<ExportedTicket> {
    const {
      replicate = 1,
      folder = '.',
      weights = 'trained',
      layout = 'ticketlab',
    } = checkOptions<ExportChoices>(
      choices,
      {
        replicate: wholeNumber(1),
        folder: text,
        weights: nameIn({ trained: true, start: true }, 'kind of weights'),
        layout: nameIn(ticketLayouts, 'layout of tickets'),
      },
      'export',
    )
    const { experiment, series } = this
    const training = this.training(level, replicate)
    return exportTicket({ experiment, series, training, weights, layout, folder }, this.reader)
  }

  /**
   * Writes what every network recorded in training as event files of TensorBoard: losses and accuracies against the step, a
   * run for each level and replicate. `await tickets.tensorboard('runs')`, and then `tensorboard --logdir runs`.
   * @param folder relative to the notebook, made where it is missing
   * @returns the folders of the runs
   * @throws TicketLabError `bad-input` where events of another training are in a run's folder, and where nothing can be written;
   *   `disk-full`, `store-corrupt`
   */
  async tensorboard(folder: string): Promise<TensorboardRuns> {
    return writeTensorboard(this, folder, this.reader)
  }

  /** The table as text. */
  text(): string {
    return tableText(this.table())
  }

  /** A row per level. */
  table(): Table {
    return levelsTable(this, this.experiment.setup.replicates)
  }

  [display](): MimeBundle {
    return tableBundle(this.table())
  }

  /** Such as `Results of IMP lenet-mnist: levels 0 to 8, 100% to 13.5% of weights, test accuracy 97.9% to 97.6%`. */
  toString(): string {
    const [first, last] = [this.levels[0], this.levels.at(-1)]
    if (!first || !last) return `Results of ${this.name}: nothing trained`
    const range = (of: (row: LevelResult) => string): string =>
      first === last ? of(first) : `${of(first)} to ${of(last)}`
    const { replicates } = this.experiment.setup
    return (
      `Results of ${this.name}: ${first === last ? 'level' : 'levels'} ${range(({ level }) => String(level))}, ` +
      `${range(({ density }) => percentText(density))} of weights, test accuracy at the end ` +
      range(({ finalAccuracy }) => `${(100 * finalAccuracy.mean).toFixed(2)}%`) +
      (replicates > 1 ? `, mean of ${replicates} replicates` : '')
    )
  }

  /** What `console.log` prints. */
  [printed](): string {
    return this.toString()
  }

  private training(level: number, replicate: number): Training {
    const found = this.experiment.trainings.find((one) => one.level === level && one.replicate === replicate)
    if (found) return found
    const levels = ascending(this.experiment.trainings.map((one) => one.level))
    throw badInput(
      `one of the levels ${levels.join(', ')} and a replicate from 1 to ${this.experiment.setup.replicates}`,
      `level ${show(level)}, replicate ${show(replicate)}`,
    )
  }
}
