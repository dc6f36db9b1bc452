import type { Parameter } from '../networks/network'
import type { WeightedLayer } from '../networks/weighted'
import { kindOf, type Module } from './modules'
import { rolesIn, type Named } from './names'
import type { CheckpointTensor } from './numbers'
import { pairModules, text, torchShape } from './pairs'

/** Which tensors of a file a network's parameters are made of. */
export interface Assignment {
  /** By parameter; those without one have the number that leaves everything as it is, which a note says. */
  readonly from: ReadonlyMap<string, Source>
  readonly notes: readonly string[]
  /** Names of tensors that nothing is made of. */
  readonly unused: readonly string[]
  /** One line for each tensor that does not fit. */
  readonly problems: readonly string[]
}

/** What a parameter is made of: a tensor, times a mask where it was pruned, minus the bias that a mean is without. */
export interface Source {
  readonly tensor: CheckpointTensor
  readonly mask?: CheckpointTensor
  readonly minus?: CheckpointTensor
}

/**
 * Which tensors of a file of PyTorch's names are which parameters.
 * @param ordered whether the file has them in the order of declaration
 */
export function assignModules(named: Named, layers: readonly WeightedLayer[], ordered: boolean): Assignment {
  const regular = named.rest.modules.some((module) => ['linear', 'convolution'].includes(kindOf(module)))
  if (!regular && named.rest.others.length > 0) return assignInOrder(named, layers)
  const { weights, norms, problems: unpaired, notes: ofOrder } = pairModules(named, layers, ordered)
  const from = new Map<string, Source>([...named.tensors].map(([name, tensor]) => [name, { tensor }]))
  const [problems, notes] = [[...unpaired], [...ofOrder]]
  if (problems.length === 0) {
    for (const layer of layers)
      assignLayer(layer, weights.get(layer.name), norms.get(layer.name), { from, problems, notes })
  }
  const used = new Set([...weights.values(), ...norms.values()])
  if (problems.length === 0) {
    // A group norm or a learned slope that is left over makes another function.
    for (const { tensors } of named.rest.modules.filter((module) => !used.has(module))) {
      for (const { name, shape } of tensors.values()) problems.push(leftOver(name, shape))
    }
  }
  return { from, problems, notes, unused: named.rest.others.map(({ name }) => name) }
}

function leftOver(name: string, shape: readonly number[]): string {
  return `${name} ${text(shape)} of the file: no layer of ours has it; if it does not matter, leave it out by names`
}

interface Found {
  readonly from: Map<string, Source>
  readonly problems: string[]
  readonly notes: string[]
}

function assignLayer(
  layer: WeightedLayer,
  weights: Module | undefined,
  norm: Module | undefined,
  found: Found,
): void {
  const { from, problems, notes } = found
  const take = (
    module: Module | undefined,
    roles: Readonly<Record<string, string>>,
    parameter: Parameter,
  ): void => {
    const role = Object.keys(roles).find((one) => roles[one] === parameter.role) as keyof typeof rolesIn.norm
    const tensor = module?.tensors.get(role)
    const mask = module?.tensors.get(`${role}_mask` as 'weight_mask')
    if (tensor) from.set(parameter.name, { tensor, ...(mask ? { mask } : {}) })
  }
  for (const parameter of [layer.weights, ...layer.others]) {
    if (from.has(parameter.name)) continue
    const ofNorm = Object.values<string>(rolesIn.norm).includes(parameter.role)
    take(ofNorm ? norm : weights, rolesIn[ofNorm ? 'norm' : 'weights'], parameter)
    if (from.has(parameter.name)) continue
    if (parameter.role === 'weights' || parameter.role === 'mean' || parameter.role === 'variance') {
      const where = ofNorm ? (norm?.path ?? '') : ''
      problems.push(
        `${parameter.name} ${text(parameter.shape)}: ${where === '' ? 'the file has no tensor for it' : `${where} of the file has no running statistics`}`,
      )
    } else {
      notes.push(`${parameter.name} is ${parameter.role === 'scale' ? 1 : 0}, since the file has none`)
    }
  }
  const mean = from.get(`${layer.name}/mean`)
  const bias = weights?.tensors.get('bias')
  if (mean && bias) {
    from.set(`${layer.name}/mean`, { ...mean, minus: bias })
    notes.push(`${bias.name} is taken from ${layer.name}/mean, since batch norm takes biases out again`)
  }
  for (const { name, shape } of [layer.weights, ...layer.others]) {
    const { tensor, mask, minus } = from.get(name) ?? {}
    const expected = name === layer.weights.name ? torchShape(layer) : shape
    for (const one of [tensor, mask, minus]) {
      if (!one || same(one.shape, expected)) continue
      problems.push(
        `${name} ${text(shape)}: ${one.name} of the file is ${text(one.shape)}, and would be ${text(expected)}`,
      )
    }
  }
}

/** Tensors without names of modules are the parameters in their order, or nothing is. */
function assignInOrder(named: Named, layers: readonly WeightedLayer[]): Assignment {
  const from = new Map<string, Source>([...named.tensors].map(([name, tensor]) => [name, { tensor }]))
  const ofModules = named.rest.modules.flatMap(({ tensors }) => [...tensors.values()])
  const given = [...named.rest.others, ...ofModules]
  const problems: string[] = []
  let next = 0
  for (const layer of layers) {
    for (const { name, shape } of [layer.weights, ...layer.others]) {
      const expected = name === layer.weights.name ? torchShape(layer) : shape
      const tensor = from.get(name)?.tensor ?? given[next++]
      if (tensor && same(tensor.shape, expected)) from.set(name, { tensor })
      else
        problems.push(
          `${name} ${text(shape)}: expected ${text(expected)} at this place of the file, found ${tensor ? `${tensor.name} ${text(tensor.shape)}` : 'no further tensor'}`,
        )
    }
  }
  for (const { name, shape } of given.slice(next))
    problems.push(`${name} ${text(shape)} of the file: no parameter is left for it`)
  return { from, problems, notes: [], unused: [] }
}

/** Tensors under the names of our own parameters, as `tickets.export` writes them. */
export function assignOwn(
  tensors: readonly CheckpointTensor[],
  layers: readonly WeightedLayer[],
): Assignment {
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]))
  const from = new Map<string, Source>()
  const problems: string[] = []
  for (const { name, shape } of layers.flatMap((layer) => [layer.weights, ...layer.others])) {
    const tensor = byName.get(name)
    const mask = byName.get(`${name}/mask`)
    for (const one of [tensor, mask])
      if (one && !same(one.shape, shape))
        problems.push(`${name} ${text(shape)}: ${one.name} of the file is ${text(one.shape)}`)
    if (!tensor) problems.push(`${name} ${text(shape)}: the file has no tensor of this name`)
    else from.set(name, { tensor, ...(mask ? { mask } : {}) })
    byName.delete(name)
    byName.delete(`${name}/mask`)
  }
  for (const { name, shape } of byName.values())
    problems.push(`${name} ${text(shape)} of the file: the network has no parameter of this name`)
  return { from, problems, notes: [], unused: [] }
}

function same(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((extent, axis) => extent === other[axis])
}
