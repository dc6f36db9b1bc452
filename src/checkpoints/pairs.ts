import type { WeightedLayer } from '../networks/weighted'
import { sizeOf } from '../support/tensor'
import { kindOf, split, type Module } from './modules'
import type { Named } from './names'

/** Modules by the layers that they are, and what fits nowhere. */
export interface Pairs {
  readonly weights: ReadonlyMap<string, Module>
  readonly norms: ReadonlyMap<string, Module>
  /** One line for each layer without a module, and each module without a layer. */
  readonly problems: readonly string[]
  /** What somebody should know although it fits. */
  readonly notes: readonly string[]
}

/**
 * Pairs modules with layers: those of the same shape in their order, so that the k-th convolution of 64 filters of 3x3 on
 * 64 channels is the k-th of ours. A batch norm belongs to the weights that its name or, without that, its place says.
 * @param ordered whether the modules are in the order of declaration
 */
export function pairModules(named: Named, layers: readonly WeightedLayer[], ordered: boolean): Pairs {
  const weights = new Map(named.weights)
  // What somebody said wrongly is told before what follows from it.
  const problems = misnamed(named.weights, layers)
  if (problems.length > 0) return { weights, norms: named.norms, problems, notes: [] }
  const modules = named.rest.modules
  placeNamesakes(modules, layers, weights)
  const placed = new Set(weights.values())
  const given = modules.filter(
    (module) => !placed.has(module) && ['linear', 'convolution'].includes(kindOf(module)),
  )
  const wanted = layers.filter(({ name, weights: own }) => !weights.has(name) && !named.tensors.has(own.name))
  const waiting = new Map<string, Module[]>()
  for (const module of given) {
    const shape = text(module.tensors.get('weight')!.shape)
    waiting.set(shape, [...(waiting.get(shape) ?? []), module])
  }
  for (const layer of wanted) {
    const module = waiting.get(text(torchShape(layer)))?.shift()
    if (module) weights.set(layer.name, module)
    else problems.push(`${layer.weights.name} ${text(layer.weights.shape)}: ${absent(layer)}`)
  }
  for (const module of [...waiting.values()].flat()) {
    const { name, shape } = module.tensors.get('weight')!
    problems.push(`${name} ${text(shape)} of the file: no layer is left that has weights of this shape`)
  }
  if (problems.length > 0) return { weights, norms: named.norms, problems, notes: [] }
  const norms = pairNorms(named, layers, weights, { ordered, problems })
  const order = given.map((module) => module.path)
  const ours = wanted.map(({ name }) => weights.get(name)!.path)
  const moved = ordered && order.some((path, index) => path !== ours[index])
  const notes = moved
    ? [
        'modules are declared in another order than the layers; those of the same shape were paired in their order',
      ]
    : []
  return { weights, norms, problems, notes }
}

/** Where all layers have a module of their name, as in a ticket that was exported for PyTorch, these are they. */
function placeNamesakes(
  modules: readonly Module[],
  layers: readonly WeightedLayer[],
  weights: Map<string, Module>,
): void {
  const open = layers.filter(({ name }) => !weights.has(name))
  const namesakes = open.flatMap((layer): [string, Module][] => {
    const module = modules.find(({ path }) => path === layer.name)
    const shape = module?.tensors.get('weight')?.shape
    return module && shape && text(shape) === text(torchShape(layer)) ? [[layer.name, module]] : []
  })
  if (namesakes.length < open.length) return
  for (const [layer, module] of namesakes) weights.set(layer, module)
}

function misnamed(named: ReadonlyMap<string, Module>, layers: readonly WeightedLayer[]): string[] {
  return layers.flatMap((layer) => {
    const tensor = named.get(layer.name)?.tensors.get('weight')
    const expected = text(torchShape(layer))
    if (!tensor || text(tensor.shape) === expected) return []
    const { name, shape } = layer.weights
    return [
      `${name} ${text(shape)}: ${tensor.name} of the file is ${text(tensor.shape)}, and would be ${expected}`,
    ]
  })
}

function absent(layer: WeightedLayer): string {
  return `the file has no further tensor ${text(torchShape(layer))}, as PyTorch has it`
}

/** The shape that the weights of a layer have in PyTorch. */
export function torchShape({ weights: { shape } }: WeightedLayer): readonly number[] {
  const [first, second, channels, filters] = shape as [number, number, number, number]
  return shape.length === 2 ? [second, first] : [filters, channels, first, second]
}

function pairNorms(
  { norms: named, rest: { modules } }: Named,
  layers: readonly WeightedLayer[],
  weights: ReadonlyMap<string, Module>,
  { ordered, problems }: { readonly ordered: boolean; readonly problems: string[] },
): ReadonlyMap<string, Module> {
  const norms = new Map(named)
  const places = new Map(modules.map((module, place) => [module, place]))
  const needy = layers.filter(({ others }) => others.some(({ role }) => role === 'scale'))
  for (const norm of modules.filter((module) => kindOf(module) === 'norm')) {
    const open = needy.flatMap(({ name, weights: own }) => {
      const module = weights.get(name)
      return module && !norms.has(name) && own.shape.at(-1) === sizeOfNorm(norm) ? [{ name, module }] : []
    })
    const place = places.get(norm)!
    const before = open.filter(({ module }) => (places.get(module) ?? -1) < place)
    const byName = partnerOf(norm, ordered ? before : open)
    const chosen =
      byName ??
      before.sort((one, other) => (places.get(one.module) ?? -1) - (places.get(other.module) ?? -1))[0]
    if (chosen) norms.set(chosen.name, norm)
    else problems.push(homeless(norm, partnerOf(norm, open)?.module, needy.length > 0))
  }
  for (const { name, weights: own } of needy) {
    if (norms.has(name)) continue
    problems.push(
      `${name}/scale, /offset, /mean and /variance [${own.shape.at(-1)!}]: the file has no further batch norm of this size`,
    )
  }
  return norms
}

function homeless(norm: Module, after: Module | undefined, some: boolean): string {
  const what = `${norm.path} of the file, a batch norm of ${sizeOfNorm(norm)}`
  if (after) {
    return `${what}, comes before ${after.path}: batch norm before weights is another network (pre-activation); if only the order of declaration differs, say so in names`
  }
  return `${what}: no layer is left that it belongs to${some ? '' : '; give layers { batchNorm: true }'}`
}

function sizeOfNorm({ tensors }: Module): number {
  return sizeOf([...tensors.values()][0]!.shape)
}

/** The weights whose name says that a batch norm is theirs: `conv1` of `bn1` or `conv1_norm`, `features.3` of `features.4`. */
function partnerOf<T extends { readonly module: Module }>(norm: Module, open: readonly T[]): T | undefined {
  const [parent, own] = split(norm.path)
  const beside = open.filter(({ module }) => split(module.path)[0] === parent)
  if (/^\d+$/.test(own)) {
    const lower = beside.filter(({ module }) => Number(split(module.path)[1]) < Number(own))
    return lower.sort(
      (one, other) => Number(split(other.module.path)[1]) - Number(split(one.module.path)[1]),
    )[0]
  }
  const begins = beside.find(({ module }) => own.startsWith(`${split(module.path)[1]}_`))
  return begins ?? beside.find(({ module }) => digits(split(module.path)[1]) === digits(own))
}

const digits = (name: string): string => name.replaceAll(/\D+/g, ' ').trim()

/** A shape as errors write it. */
export function text(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`
}
