import { lopsidedLayers } from '../networks/lopsided'
import type { Network } from '../networks/network'
import { weightedLayers, type WeightedLayer } from '../networks/weighted'
import { dataCorrupt, TicketLabError } from '../support/errors'
import type { Mask, Masks, Tensor, Tensors } from '../support/tensor'
import { assignModules, assignOwn, type Assignment, type Source } from './assign'
import { readContents, type Contents } from './contents'
import { modulesOf } from './modules'
import { applyNames, renamed, type CheckpointNames } from './names'
import { permuted, type CheckpointTensor } from './numbers'

/** How a file of weights is read. */
export interface CheckpointOptions {
  /** Which tensor is which parameter, where shapes and order do not say it or say it wrongly. */
  readonly names?: CheckpointNames
  /** The dictionary in the file that has the weights, such as `generator.state_dict`; by default it is found. */
  readonly part?: string
}

/** Weights of a network from a file. */
export interface Checkpoint {
  /** By the names of our parameters, pruned weights zero; running statistics of batch norm included. */
  readonly weights: Tensors
  /** Masks that the file has, by parameter; none where it has no masks. */
  readonly masks: Masks
  readonly report: CheckpointReport
}

/** What was made of a file. */
export interface CheckpointReport {
  readonly file: string
  readonly format: Contents['format']
  /** The dictionary in the file that the weights are from; empty where it is the whole file. */
  readonly part: string
  /** In the order of the network, each with the tensor that it is; without one where the file has none. */
  readonly parameters: readonly { readonly name: string; readonly from?: string; readonly mask?: string }[]
  /** What somebody should know about how the file was read, a sentence each. */
  readonly notes: readonly string[]
  /** Tensors of the file that nothing is made of. */
  readonly unused: readonly string[]
}

/**
 * Reads weights of `network` from a file: what PyTorch's `torch.save` (1.6 or later) wrote, a safetensors file with
 * PyTorch's names, or one of our own. Nothing in the file is executed. Tensors become parameters by `names`, and otherwise
 * by shape and order; axes are put into our order (a dense layer that flattens images counts channels innermost, PyTorch
 * outermost), numbers of other types are rounded to float32.
 * @throws TicketLabError `bad-input` when the file is of another kind, or tensors do not fit, each of which is told;
 *   `data-corrupt` when it is damaged
 */
export async function readCheckpoint(
  file: string,
  network: Network,
  { names = {}, part }: CheckpointOptions = {},
): Promise<Checkpoint> {
  const layers = weightedLayers(network)
  const contents = await readContents(file, part)
  const own = contents.tensors.some(({ name }) => name.endsWith('/weights'))
  const assignment = own
    ? assignOwn(renamed(contents.tensors, names, file), layers)
    : assignTorch(contents, layers, names, file)
  if (assignment.problems.length > 0) throw misfit(network, file, contents, assignment)
  const notes = [...assignment.notes, ...(own ? [] : paddingNotes(network))]
  const weights: Record<string, Tensor> = {}
  const masks: Record<string, Mask> = {}
  for (const layer of layers) {
    for (const { name, role, shape } of [layer.weights, ...layer.others]) {
      const source = assignment.from.get(name)
      const axes = own || role !== 'weights' ? undefined : torchAxes(layer)
      const mask = source?.mask && maskOf(source.mask, axes, file)
      weights[name] = {
        shape,
        data: source ? numbersFrom(source, axes, mask, file) : constant(shape, role === 'scale'),
      }
      if (mask && role === 'weights') masks[name] = { shape, data: mask }
    }
  }
  return { weights, masks, report: reportOf(file, contents, layers, { ...assignment, notes }) }
}

function assignTorch(
  contents: Contents,
  layers: readonly WeightedLayer[],
  names: CheckpointNames,
  file: string,
): Assignment {
  const ordered = contents.format === 'torch'
  const named = applyNames(names, modulesOf(contents.tensors, ordered), layers, { file, part: contents.part })
  return assignModules(named, layers, ordered)
}

/** Whether windows of ours are elsewhere than those of the network that the weights are probably from. */
function paddingNotes(network: Network): string[] {
  const layers = lopsidedLayers(network)
  if (layers.length === 0) return []
  return [
    `padding 'same' of ${layers.join(', ')} begins further down and right than that of PyTorch; if the weights were ` +
      'trained there, give these layers its padding, such as { padding: 1 } for windows of 3x3',
  ]
}

/** Axes of a tensor of PyTorch, told apart as `shape` has them, in our order. */
interface Axes {
  readonly shape: readonly number[]
  readonly order: readonly number[]
}

/** [out, in, height, width] becomes [height, width, in, out], in a dense layer on images, too; [out, in] becomes [in, out]. */
function torchAxes({ flattened, weights: { shape } }: WeightedLayer): Axes {
  if (shape.length === 2 && flattened?.length !== 3) {
    return { shape: [shape[1]!, shape[0]!], order: [1, 0] }
  }
  const [height, width, channels, filters] = shape.length === 2 ? [...flattened!, shape[1]!] : shape
  return { shape: [filters!, channels!, height!, width!], order: [2, 3, 1, 0] }
}

function inOurOrder(tensor: CheckpointTensor, axes: Axes | undefined): Float32Array {
  const numbers = tensor.read()
  return axes ? permuted(numbers, axes.shape, axes.order) : numbers
}

function numbersFrom(
  { tensor, minus }: Source,
  axes: Axes | undefined,
  mask: Uint8Array | undefined,
  file: string,
): Float32Array {
  const numbers = inOurOrder(tensor, axes)
  if (mask) for (let i = 0; i < numbers.length; i++) if (mask[i] === 0) numbers[i] = 0
  if (minus) minus.read().forEach((bias, index) => (numbers[index]! -= bias))
  if (numbers.every(Number.isFinite)) return numbers
  throw dataCorrupt(`${file}: ${tensor.name}`, 'finite numbers', 'NaN or infinity', {
    advice: 'The training that wrote it diverged, or its numbers are too large for float32.',
  })
}

function maskOf(tensor: CheckpointTensor, axes: Axes | undefined, file: string): Uint8Array {
  const numbers = inOurOrder(tensor, axes)
  const other = numbers.find((one) => one !== 0 && one !== 1)
  if (other === undefined) return Uint8Array.from(numbers)
  throw dataCorrupt(`${file}: ${tensor.name}`, 'a mask of 0 and 1', String(other), {
    advice: 'Save masks whose numbers are 0 where a weight is pruned and 1 where it is kept.',
  })
}

function constant(shape: readonly number[], isScale: boolean): Float32Array {
  return new Float32Array(shape[0]!).fill(isScale ? 1 : 0)
}

function reportOf(
  file: string,
  { format, part }: Contents,
  layers: readonly WeightedLayer[],
  { from, notes, unused }: Assignment,
): CheckpointReport {
  const parameters = layers.flatMap(({ weights, others }) =>
    [weights, ...others].map(({ name }) => {
      const { tensor, mask } = from.get(name) ?? {}
      return { name, ...(tensor ? { from: tensor.name } : {}), ...(mask ? { mask: mask.name } : {}) }
    }),
  )
  return { file, format, part, parameters, notes, unused }
}

const mostLines = 20

function misfit(
  network: Network,
  file: string,
  { part }: Contents,
  { problems }: Assignment,
): TicketLabError {
  const lines = problems.slice(0, mostLines).map((line) => `\n  ${line}`)
  if (problems.length > mostLines) lines.push(`\n  and ${problems.length - mostLines} more`)
  const where = part === '' ? file : `${file}, in ${part}`
  return new TicketLabError(
    'bad-input',
    `Expected the weights of "${network.name}" in ${where}, found tensors that do not fit:${lines.join('')}\n` +
      "Change the network, or say which tensor is which parameter: { names: { 'fc1.weight': 'dense1/weights' } }; " +
      'null leaves a tensor or module out.',
  )
}
