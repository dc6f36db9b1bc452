import type { Experiment } from '../../experiments/experiment'
import { openStoreView } from '../../store/store'
import type { Cost, VariantsCost } from '../cost/cost'
import { planner, totalOf } from '../cost/plan'
import type { Lab } from '../api'
import type { LabHost } from '../host'
import { createLab } from '../lab'
import type { AskedExperiment } from './asked'

/** What is told of the cost of an experiment before it is run. */
export interface ToldCost {
  /** Networks to train, in all and without those in the store; trainings that several share count once. */
  readonly trainings: { readonly total: number; readonly todo: number }
  /** Training steps. */
  readonly steps: { readonly total: number; readonly todo: number }
  /** Estimated seconds until everything is done; absent as long as nothing was timed. */
  readonly seconds?: number
  /** Bytes that the store will grow by; as the seconds. */
  readonly bytes?: number
}

/** What the experiment costs, and each of its controls. */
export async function costsOf(
  asked: AskedExperiment,
  host: LabHost,
): Promise<readonly (Cost | VariantsCost)[]> {
  const lab = createLab(host)
  try {
    const { kind, controls = [], options } = asked
    if (kind === 'variants') return [await lab.cost('variants', setupsOf(asked, lab), options as never)]
    const source = await sourceOf(asked, lab)
    if (kind === 'control') {
      const costs: Cost[] = []
      for (const one of controls) costs.push(await lab.cost('control', source as never, one, options))
      return costs
    }
    const first = await lab.cost(kind, source as never, options)
    const costs: Cost[] = [first]
    for (const one of controls) costs.push(await lab.cost('control', first, one))
    return costs
  } finally {
    await lab.close()
  }
}

/** Tells what the experiment would cost with its controls: at once without times, and again when steps have been timed. */
export async function tellCost(
  asked: AskedExperiment,
  host: LabHost,
  tell: (cost: ToldCost) => void,
): Promise<void> {
  await tellCostOf(await plannedBy(host, (lab) => askFor(asked, lab)), host, tell)
}

/** The same of experiments that are run at once. */
export async function tellCostOf(
  experiments: readonly Experiment[],
  host: LabHost,
  tell: (cost: ToldCost) => void,
): Promise<void> {
  tell(await toldCost(host, experiments, false))
  tell(await toldCost(host, experiments, true))
}

/** The experiments that would be run by what `use` does with a lab that runs nothing. */
export async function plannedBy(
  host: LabHost,
  use: (lab: Lab) => Promise<unknown>,
): Promise<readonly Experiment[]> {
  const experiments: Experiment[] = []
  await use(
    createLab(
      host,
      planner(openStoreView(host.store), (one) => experiments.push(one)),
    ),
  )
  return experiments
}

/** A lab that runs nothing, and tells of nothing. */
export function quietLab(host: LabHost): Lab {
  return createLab(host, planner(openStoreView(host.store)))
}

/** @param isTimed whether steps are timed for it, which takes seconds */
async function toldCost(
  host: LabHost,
  experiments: readonly Experiment[],
  isTimed: boolean,
): Promise<ToldCost> {
  const { tasks, steps, seconds, bytes } = await totalOf(host, experiments, isTimed)
  const { total = 0, todo = 0 } = tasks.find(({ kind }) => kind === 'train') ?? {}
  const nothing = tasks.every((one) => one.todo === 0)
  return { trainings: { total, todo }, steps, ...(isTimed || nothing ? { seconds, bytes } : {}) }
}

async function askFor(asked: AskedExperiment, lab: Lab): Promise<void> {
  const { kind, controls = [], options } = asked
  if (kind === 'variants') {
    await lab.variants(setupsOf(asked, lab), options as never)
    return
  }
  const source = await sourceOf(asked, lab)
  const found = kind === 'control' ? source : await lab[kind](source as never, options as never)
  for (const one of controls) {
    await lab.control(found as never, one, kind === 'control' ? options : undefined)
  }
}

function sourceOf({ preset, presetOptions, of }: AskedExperiment, lab: Lab): unknown {
  return of === undefined ? lab.preset(preset!, presetOptions) : lab.stored(of)
}

function setupsOf({ preset, presetOptions, variants = {} }: AskedExperiment, lab: Lab) {
  return Object.fromEntries(
    Object.entries(variants).map(([name, changed]) => [
      name,
      lab.preset(preset!, { ...presetOptions, ...changed }),
    ]),
  )
}
