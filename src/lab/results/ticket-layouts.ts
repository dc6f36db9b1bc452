import { permuted } from '../../checkpoints/numbers'
import { flattenedShapes } from '../../networks/flattened'
import type { Parameter } from '../../networks/layers/kind'
import type { Network } from '../../networks/network'
import { parametersOf } from '../../networks/parameters'
import { badInput } from '../../support/errors'
import type { StoredTensor } from '../../support/safetensors'
import { sizeOf, type Masks, type Tensor, type Tensors } from '../../support/tensor'

/**
 * Names and orders of the tensors of an exported ticket: those of Ticket Lab (`conv1/weights`, `conv1/weights/mask`), or
 * PyTorch's as `torch.nn.utils.prune` has them (`conv1.weight_orig`, `conv1.weight_mask`).
 */
export type TicketLayout = 'ticketlab' | 'torch'

/** The tensors of a file, by the names that they have in it. */
export type Stored = Readonly<Record<string, StoredTensor>>

/** How a ticket, whose pruned weights are zero, is laid out, for each layout. */
export const ticketLayouts: {
  readonly [Layout in TicketLayout]: (network: Network, parameters: Tensors, masks: Masks) => Stored
} = {
  ticketlab: (_, parameters, masks) =>
    Object.fromEntries(
      Object.entries(parameters).flatMap(([name, tensor]): [string, StoredTensor][] => {
        const mask = masks[name]
        if (!mask) return [[name, tensor]]
        return [
          [name, tensor],
          [`${name}/mask`, mask],
        ]
      }),
    ),

  torch(network, parameters, masks) {
    refuseTwins(network)
    const flattened = flattenedShapes(network)
    return Object.fromEntries(
      parametersOf(network).flatMap((parameter): [string, StoredTensor][] => {
        const { name } = parameter
        const [tensor, mask] = [parameters[name]!, masks[name]]
        const [module, member] = torchName(parameter)
        const ordered = (one: Tensor): Tensor => torchOrder(one, flattened.get(name))
        if (!mask) return [[`${module}.${member}`, ordered(tensor)]]
        // PyTorch multiplies with masks, so they are numbers there.
        const factors = { shape: mask.shape, data: Float32Array.from(mask.data) }
        return [
          [`${module}.${member}_orig`, ordered(tensor)],
          [`${module}.${member}_mask`, ordered(factors)],
        ]
      }),
    )
  },
}

/** The module, and what it calls the parameter. The batch norm of a layer is a module of its own. */
function torchName({ layer, role }: Parameter): readonly [module: string, member: string] {
  const names: { readonly [Role in Parameter['role']]: readonly [string, string] } = {
    weights: [layer, 'weight'],
    bias: [layer, 'bias'],
    scale: [normOf(layer), 'weight'],
    offset: [normOf(layer), 'bias'],
    mean: [normOf(layer), 'running_mean'],
    variance: [normOf(layer), 'running_var'],
  }
  return names[role]
}

function normOf(layer: string): string {
  return `${layer}_norm`
}

/** A layer may have the name that the batch norm of another is given. */
function refuseTwins(network: Network): void {
  const parameters = parametersOf(network)
  const twin = parameters.find(
    ({ role, layer }) => role === 'scale' && parameters.some((other) => other.layer === normOf(layer)),
  )
  if (!twin) return
  throw badInput(
    `no layer "${normOf(twin.layer)}" beside "${twin.layer}", whose batch norm has that name in PyTorch's layout`,
    'one',
    "Export it with layout: 'ticketlab', or give the layer another name in a network of your own.",
  )
}

/**
 * Weights as PyTorch orders them: `[units, inputs]` and `[filters, channels, height, width]`. A dense layer that flattens
 * images `[height, width, channels]` counts its inputs with the channels outermost there.
 */
function torchOrder({ shape, data }: Tensor, flattened?: readonly number[]): Tensor {
  if (shape.length < 2) return { shape, data }
  const [height, width, channels] =
    shape.length === 4 ? shape : flattened?.length === 3 ? flattened : [1, 1, shape[0]!]
  const outputs = shape.at(-1)!
  const ordered = permuted(data, [height!, width!, channels!, outputs], [3, 2, 0, 1])
  const order =
    shape.length === 4 ? [outputs, channels!, height!, width!] : [outputs, sizeOf(shape) / outputs]
  return { shape: order, data: ordered }
}
