import type { Parameter } from '../networks/network'
import type { WeightedLayer } from '../networks/weighted'
import { badInput } from '../support/errors'
import { unknownName } from '../support/nearest'
import { show } from '../support/show'
import { bareName, kindOf, split, type Module, type Modules, type Role } from './modules'
import type { CheckpointTensor } from './numbers'

/**
 * Which tensor of a file is which parameter of ours, such as `{ 'fc1.weight': 'dense1/weights' }`; or which module is
 * which layer, such as `{ fc1: 'dense1', bn1: 'dense1' }`. What belongs to the same module goes with it. `null` leaves a
 * tensor, or all modules that begin so, out: `{ AuxLogits: null }`.
 */
export type CheckpointNames = Readonly<Record<string, string | null>>

/** What is where because somebody said so. */
export interface Named {
  /** Modules with the weights of a layer, and with its batch norm, by layer. */
  readonly weights: ReadonlyMap<string, Module>
  readonly norms: ReadonlyMap<string, Module>
  /** Tensors of no module, by parameter. */
  readonly tensors: ReadonlyMap<string, CheckpointTensor>
  /** The rest of the file. */
  readonly rest: Modules
}

/** What the tensors of a module are to the layer that they belong to. */
export const rolesIn = {
  weights: { weight: 'weights', bias: 'bias' },
  norm: { weight: 'scale', bias: 'offset', running_mean: 'mean', running_var: 'variance' },
} as const satisfies Record<string, Partial<Record<Role, Parameter['role']>>>

/**
 * @param names as the user gave them
 * @param part the dictionary of the file that the tensors are in, which names may begin with
 * @throws TicketLabError `bad-input` for a name that is not in the file or not in the network
 */
export function applyNames(
  names: CheckpointNames,
  { modules, others }: Modules,
  layers: readonly WeightedLayer[],
  { file, part }: { readonly file: string; readonly part: string },
): Named {
  const taken = new Set<Module>()
  const takenTensors = new Set<CheckpointTensor>()
  const [weights, norms] = [new Map<string, Module>(), new Map<string, Module>()]
  const tensors = new Map<string, CheckpointTensor>()
  const parameters = layers.flatMap((layer) => [layer.weights, ...layer.others])
  const known = [...modules.flatMap((one) => [...one.tensors.values()]), ...others].map(({ name }) => name)

  const place = (module: Module, layer: string): void => {
    const to = kindOf(module) === 'norm' ? norms : weights
    const there = to.get(layer)
    if (there && there !== module)
      throw badInput(`one module for ${layer} in names`, `${there.path} and ${module.path}`)
    to.set(layer, module)
    taken.add(module)
  }

  for (const [given, ours] of Object.entries(names)) {
    const name = part !== '' && given.startsWith(`${part}.`) ? given.slice(part.length + 1) : given
    const found = find(bareName(name), modules, others)
    if (!found) throw unknownName(`a tensor or module of ${file} in names`, given, known)
    if (ours === null) {
      for (const module of found.modules) taken.add(module)
      if (found.tensor) takenTensors.add(found.tensor)
      continue
    }
    const parameter = parameters.find((one) => one.name === ours)
    const layer = layers.find((one) => one.name === ours)
    const [module] = found.modules
    if (layer && module && !found.tensor) {
      place(module, layer.name)
    } else if (parameter && found.tensor) {
      if (module && roleOf(module, found.tensor) === parameter.role) place(module, parameter.layer)
      else tensors.set(parameter.name, found.tensor)
      takenTensors.add(found.tensor)
    } else {
      const there = found.tensor ? parameters.map((one) => one.name) : layers.map((one) => one.name)
      const what = found.tensor ? 'a parameter' : 'a layer with weights'
      throw typeof ours === 'string'
        ? unknownName(`${what} of ours for ${given} in names`, ours, there)
        : badInput(`${what} of ours for ${given} in names, or null`, show(ours))
    }
  }
  const rest = {
    modules: modules.filter((module) => !taken.has(module)).map((module) => without(module, takenTensors)),
    others: others.filter((tensor) => !takenTensors.has(tensor)),
  }
  return { weights, norms, tensors, rest }
}

/** A tensor with its module, a module, or all modules that lie below a name. */
function find(
  name: string,
  modules: readonly Module[],
  others: readonly CheckpointTensor[],
): { readonly tensor?: CheckpointTensor; readonly modules: readonly Module[] } | undefined {
  const [path, last] = split(name)
  const module = modules.find((one) => one.path === path)
  const role = last.replace(/_orig$/, '') as Role
  const tensor = module?.tensors.get(role) ?? others.find((one) => one.name === name)
  if (tensor) return { tensor, modules: module ? [module] : [] }
  const same = modules.filter((one) => one.path === name)
  const below = same.length > 0 ? same : modules.filter((one) => one.path.startsWith(`${name}.`))
  return below.length > 0 ? { modules: below } : undefined
}

function roleOf(module: Module, tensor: CheckpointTensor): string | undefined {
  const roles: Readonly<Record<string, string>> = rolesIn[kindOf(module) === 'norm' ? 'norm' : 'weights']
  const role = [...module.tensors].find(([, one]) => one === tensor)?.[0]
  return role === undefined ? undefined : roles[role]
}

function without(module: Module, taken: ReadonlySet<CheckpointTensor>): Module {
  const tensors = [...module.tensors].filter(([, tensor]) => !taken.has(tensor))
  return tensors.length === module.tensors.size ? module : { ...module, tensors: new Map(tensors) }
}

/**
 * The tensors of a file that has names like ours, under the names that they are given.
 * @throws TicketLabError `bad-input` for a name that is not in the file
 */
export function renamed(
  tensors: readonly CheckpointTensor[],
  names: CheckpointNames,
  file: string,
): readonly CheckpointTensor[] {
  const there = tensors.map(({ name }) => name)
  const unknown = Object.keys(names).find((name) => !there.includes(name))
  if (unknown !== undefined) throw unknownName(`a tensor of ${file} in names`, unknown, there)
  return tensors.flatMap((tensor) => {
    const name = Object.hasOwn(names, tensor.name) ? (names[tensor.name] ?? null) : tensor.name
    return name === null ? [] : [{ ...tensor, name }]
  })
}
