import { createLab } from '../../../src/lab/lab'
import type { Lab } from '../../../src/lab/api'
import type { Setup } from '../../../src/experiments/setup'
import { isExperimentView } from '../../../src/experiments/view'
import { inventoryOf } from '../../../src/store/upkeep/inventory'
import { openTestLab, type TestLab } from '../../lab/lab'
import { smallSetup } from '../../lab/results/small'
import { backends } from '../../runtime/lab'

/** A store in which small networks were really trained: a ladder, a control of it, and an analysis. */
export interface RealStore extends TestLab {
  readonly setup: Setup
  readonly numbers: readonly unknown[]
}

export async function trainRealStore(): Promise<RealStore> {
  const opened = await openTestLab(backends)
  const setup = await smallSetup(opened.lab, { replicates: 2 })
  return { ...opened, setup, numbers: await numbersOf(opened.lab, setup) }
}

/** Runs the experiments, or reads what the store has of them, and gives what they have found. */
export async function numbersOf(lab: Lab, setup: Setup): Promise<readonly unknown[]> {
  const tickets = await lab.imp(setup, { levels: 2 })
  const reinit = await lab.control(tickets, 'random-reinit')
  // Its masks are given ones.
  const own = await lab.imp(setup, { levels: 1, criterion: ({ weights }) => weights.map((one) => one * one) })
  const evaluated = await lab.evaluate(tickets)
  const found = [
    ...[tickets, reinit, own].map(({ levels, learningCurves }) => ({ levels, learningCurves })),
    evaluated,
    await tickets.mask(2, 2),
    await own.weights(1, 1),
  ]
  // As plain numbers: how values are shown is part of them.
  return JSON.parse(JSON.stringify(found)) as readonly unknown[]
}

/** A lab on a store that can train nothing: there is no trainer. */
export function labThatOnlyReads(store: string): Lab {
  return createLab({
    ...{ store, backends, trainers: 1 },
    display: () => () => undefined,
    show: () => undefined,
    signal: () => new AbortController().signal,
    activity: () => undefined,
    experiment: () => undefined,
    log: () => undefined,
  })
}

/** What is listed, by name. */
export async function listed(store: string) {
  const { experiments, ...rest } = await inventoryOf(store, isExperimentView)
  return { ...rest, byName: new Map(experiments.map((one) => [one.experiment.view.name, one])) }
}
