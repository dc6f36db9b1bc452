import type { CheckpointTensor } from './numbers'

/** What the tensors of a module of PyTorch are called. */
export type Role = 'weight' | 'bias' | 'running_mean' | 'running_var' | 'weight_mask' | 'bias_mask'

/** Names that mean a role. `torch.nn.utils.prune` keeps what it pruned as `weight_orig` beside `weight_mask`. */
const roles: Readonly<Record<string, Role>> = {
  weight: 'weight',
  weight_orig: 'weight',
  weight_mask: 'weight_mask',
  bias: 'bias',
  bias_orig: 'bias',
  bias_mask: 'bias_mask',
  running_mean: 'running_mean',
  running_var: 'running_var',
}

/** The tensors that belong to one module of PyTorch. */
export interface Module {
  /** Such as `layer1.0.conv1`; empty where the file is one module. */
  readonly path: string
  readonly tensors: ReadonlyMap<Role, CheckpointTensor>
}

export interface Modules {
  /** In the order of the file, or of their names where that says nothing. */
  readonly modules: readonly Module[]
  /** Tensors that belong to no module, by what they are called. */
  readonly others: readonly CheckpointTensor[]
}

/** Where modules are declared in the order of their names, numbers in them counted. */
const byName = new Intl.Collator('en', { numeric: true })

/**
 * Tensors by the module that they belong to. Counters of batches are left out.
 * @param ordered whether the order of the tensors is that of the modules' declaration; otherwise it is that of names
 */
export function modulesOf(tensors: readonly CheckpointTensor[], ordered: boolean): Modules {
  const modules = new Map<string, Map<Role, CheckpointTensor>>()
  const others: CheckpointTensor[] = []
  for (const tensor of withoutWrappers(tensors)) {
    const [path, name] = split(tensor.name)
    if (name === 'num_batches_tracked') continue
    const role = Object.hasOwn(roles, name) ? roles[name] : undefined
    if (role) modules.set(path, (modules.get(path) ?? new Map<Role, CheckpointTensor>()).set(role, tensor))
    else others.push(tensor)
  }
  const list = [...modules].map(([path, own]): Module => ({ path, tensors: own }))
  if (!ordered) list.sort((one, other) => byName.compare(one.path, other.path))
  return { modules: shortcutsLast(list), others }
}

/** `layer1.0.conv1.weight` is `weight` of `layer1.0.conv1`. */
export function split(name: string): readonly [path: string, name: string] {
  const dot = name.lastIndexOf('.')
  return [name.slice(0, Math.max(0, dot)), name.slice(dot + 1)]
}

/** What `nn.DataParallel` and `torch.compile` put around a module. */
const wrappers = ['module', '_orig_mod']

/** Names without the wrappers of modules, where they stay different. */
export function withoutWrappers(tensors: readonly CheckpointTensor[]): readonly CheckpointTensor[] {
  const bare = tensors.map((tensor) => ({ ...tensor, name: bareName(tensor.name) }))
  return new Set(bare.map(({ name }) => name)).size === tensors.length ? bare : tensors
}

export function bareName(name: string): string {
  const [path, last] = split(name)
  const parts = path.split('.').filter((part) => part !== '' && !wrappers.includes(part))
  return [...parts, last].join('.')
}

/** What a module computes, as far as its tensors say. */
export function kindOf({ tensors }: Module): 'linear' | 'convolution' | 'norm' | 'other' {
  const weight = tensors.get('weight')
  if (tensors.has('running_mean') || tensors.has('running_var')) return 'norm'
  if (weight?.shape.length === 2) return 'linear'
  return weight?.shape.length === 4 ? 'convolution' : 'other'
}

const shortcut = /^(.*?)(?:^|\.)(?:shortcut|downsample|skip|identity|residual|proj(?:ection)?)(?:\.|$|_)/

/** A shortcut may be declared before the rest of its block; here it comes after, as in our networks. */
function shortcutsLast(modules: readonly Module[]): readonly Module[] {
  const result: Module[] = []
  const waiting: { readonly block: string; readonly module: Module }[] = []
  const release = (path: string | undefined): void => {
    while (waiting.length > 0 && !path?.startsWith(waiting[0]!.block)) result.push(waiting.shift()!.module)
  }
  for (const module of modules) {
    const block = shortcut.exec(module.path)?.[1]
    release(module.path)
    if (block === undefined || block === '') result.push(module)
    else waiting.push({ block: `${block}.`, module })
  }
  release(undefined)
  return result
}
