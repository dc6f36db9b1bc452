import { resolve } from 'node:path'
import type { Normalization } from '../../datasets/dataset'
import { normalizationOf } from '../../datasets/load'
import { densityOf, type LayerCounts } from '../../experiments/density'
import { fileNameOf, nameOf, type Experiment, type Training } from '../../experiments/experiment'
import type { Series } from '../../experiments/series'
import type { Setup } from '../../experiments/setup'
import { readIfThere, writeWhole } from '../../support/files'
import { badInput } from '../../support/errors'
import { encodeSafetensors } from '../../support/safetensors'
import { countKept, type Masks } from '../../support/tensor'
import type { Digest, TrainTask, WeightsRef } from '../../tasks/tasks'
import { masked } from '../../training/interpolate'
import { display, type Displayable, type MimeBundle } from '../../report/display'
import { bytesText } from '../../support/quantities'
import type { ResultReader } from './result-reader'
import { ticketLayouts, type TicketLayout } from './ticket-layouts'

/** Which weights of a ticket are written: W_T, or the W_k that it was rewound to. */
export type ExportedWeights = 'trained' | 'start'

/** What a written ticket says about itself: under `ticket` in the file's `__metadata__`, and in the JSON beside it. */
export interface TicketDescription {
  /** Version of this description. */
  readonly format: 1
  /** Such as `IMP lenet-mnist`. */
  readonly experiment: string
  /** What made it: IMP, one-shot pruning or a control. */
  readonly kind: Experiment['kind']
  /** The network. */
  readonly network: Setup['network']
  /** The examples, and how they were split. */
  readonly dataset: Setup['dataset']
  /** How the dataset's bytes become the numbers that the network takes. */
  readonly normalize: Normalization
  /** How it was trained. */
  readonly recipe: Setup['recipe']
  /** What trained it. */
  readonly backend: TrainTask['backend']
  /** What differs from the preset. */
  readonly deviations: readonly string[]
  /** Level of pruning; 0 is the full network. */
  readonly level: number
  /** Counted from 1. */
  readonly replicate: number
  /** Fraction of weights remaining, in (0, 1]. */
  readonly density: number
  /** Weights that each pruned parameter keeps. */
  readonly kept: LayerCounts
  /** Which weights the file has. */
  readonly weights: ExportedWeights
  /** How the tensors are named and ordered; absent for Ticket Lab's own way. */
  readonly layout?: Exclude<TicketLayout, 'ticketlab'>
  /** The step that the weights are from: T for trained ones, otherwise k. */
  readonly step: number
  /** Test accuracy, in [0, 1], that the ticket has at the end of its training. */
  readonly testAccuracy: number
  /** Digests of the tasks in the store; level 0 has no `prune`. `start` made the weights that training began with. */
  readonly tasks: { readonly start: Digest; readonly prune?: Digest; readonly train: Digest }
}

/** A ticket that was written. */
export interface ExportedTicket extends Displayable {
  /** The safetensors file; the same path with `.json` at its end holds the description alone. */
  readonly file: string
  /** Size of the file. */
  readonly bytes: number
  /** What the file says about itself. */
  readonly description: TicketDescription
}

/** What is written, and where. */
export interface TicketSource {
  readonly experiment: Experiment
  readonly series: Series
  readonly training: Training
  readonly weights: ExportedWeights
  readonly layout: TicketLayout
  readonly folder: string
}

/**
 * Writes a ticket as dense safetensors, which any reader of the format understands: each parameter under its name, F32,
 * pruned weights exactly zero, and the mask of each pruned one, 1 where a weight is kept: as `<name>/mask`, U8, or in
 * PyTorch's layout as `<name>_mask`, F32.
 * @throws TicketLabError `store-corrupt`, `disk-full`; `bad-input` where another ticket has the name of the file; `data-missing`, `data-corrupt` where the dataset was the user's own
 */
export async function exportTicket(source: TicketSource, reader: ResultReader): Promise<ExportedTicket> {
  const { task, mask } = source.training
  checkZero(trainTask(source))
  const masks = mask === undefined ? {} : await reader.readMask(mask)
  const normalize = await normalizationOf(source.experiment.setup.dataset)
  const description = describe(source, masks, normalize)
  const { start } = trainTask(source)
  const from: WeightsRef = source.weights === 'start' ? start : { task, step: description.step }
  const parameters = masked(await reader.readWeights(from), masks)
  const { layout, experiment } = source
  const tensors = ticketLayouts[layout](experiment.setup.network, parameters, masks)
  const bytes = encodeSafetensors(tensors, {
    // What others write into files for PyTorch, and some of its readers ask for.
    ...(layout === 'torch' ? { format: 'pt' } : {}),
    ticket: JSON.stringify(description),
  })
  const file = resolve(source.folder, `${fileName(description, experiment)}.safetensors`)
  await refuseAnother(description, file)
  await writeWhole(file, bytes)
  await writeWhole(`${file}.json`, `${JSON.stringify(description, null, 2)}\n`)
  const text = [
    `${description.experiment}, level ${description.level}, replicate ${description.replicate}: ` +
      `${(100 * description.density).toPrecision(3)}% of weights, ${source.weights === 'trained' ? 'trained' : 'as training began'} ` +
      `(step ${description.step})`,
    `${file} (${bytesText(bytes.length)})`,
  ].join('\n')
  return { file, bytes: bytes.length, description, [display]: (): MimeBundle => ({ 'text/plain': text }) }
}

function describe(source: TicketSource, masks: Masks, normalize: Normalization): TicketDescription {
  const { experiment, series, training, weights, layout } = source
  const { network, dataset, recipe, deviations } = experiment.setup
  const { level, replicate, task, mask } = training
  const { start, until, backend } = trainTask(source)
  const kept = Object.fromEntries(Object.entries(masks).map(([name, one]) => [name, countKept(one)]))
  const point = series.points.find((one) => one.level === level && one.replicate === replicate)
  return {
    format: 1,
    experiment: nameOf(experiment),
    kind: experiment.kind,
    ...{ network, dataset, normalize, recipe, backend, deviations },
    ...{ level, replicate, density: densityOf(network, experiment.counts[level]!), kept },
    weights,
    ...(layout === 'ticketlab' ? {} : { layout }),
    step: weights === 'start' ? start.step : until,
    // Results exist only once every training of theirs has finished.
    testAccuracy: point!.result!.final.testAccuracy,
    tasks: { start: start.task, ...(mask === undefined ? {} : { prune: mask }), train: task },
  }
}

/** Who reads a ticket sets pruned weights to 0. */
function checkZero({ frozen }: TrainTask): void {
  if (!frozen) return
  throw badInput(
    'a network whose pruned weights are 0 to export',
    'one in which they are what they began with',
    'Its numbers are those of await trained.weights().',
  )
}

function trainTask({ experiment, training }: TicketSource): TrainTask {
  return experiment.tasks.get(training.task) as TrainTask
}

/** Such as `lenet-mnist-imp-level-8-replicate-1`. */
function fileName({ level, replicate, weights, layout }: TicketDescription, experiment: Experiment): string {
  const which = [...(weights === 'start' ? [weights] : []), ...(layout === undefined ? [] : [layout])]
  return fileNameOf(experiment, 'level', level, 'replicate', replicate, ...which)
}

/** Tickets of one name may differ in what the name does not say, such as seeds or steps. */
async function refuseAnother({ tasks, experiment }: TicketDescription, file: string): Promise<void> {
  const there = (await readIfThere(`${file}.json`))?.toString()
  if (there === undefined || there.includes(tasks.train)) return
  throw badInput(
    `a folder without another ticket of the same name for ${experiment}`,
    file,
    'Name another one: export(level, { folder: ... }). Nothing was written.',
  )
}
