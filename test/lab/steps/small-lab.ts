import type { Setup } from '../../../src/experiments/setup'
import type { Lab } from '../../../src/lab/api'
import { backends, network } from '../../runtime/lab'
import { openTestLab, someMnist, type TestLab } from '../lab'

/** What tests of steps begin with: a lab of their own, and a small network whose trainings take a moment. */
export interface SmallLab {
  readonly opened: TestLab
  readonly lab: Lab
  readonly lenet: Setup
}

/** @param rates of pruning, by group of layers */
export async function openSmallLab(
  rates: { readonly dense: number; readonly output: number } = { dense: 0.5, output: 0.3 },
): Promise<SmallLab> {
  const opened = await openTestLab(backends)
  const { lab } = opened
  const preset = lab.preset('lenet-mnist', {
    dataset: await someMnist(lab, [2000, 1000]),
    ...{ steps: 30, replicates: 2, evaluateEvery: 10, backend: 'wasm' },
    rates,
  })
  return { opened, lab, lenet: { ...preset, network } }
}
