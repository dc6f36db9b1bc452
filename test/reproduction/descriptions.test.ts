import { readFileSync } from 'node:fs'
import { ModuleKind, ScriptTarget, transpile } from 'typescript'
import { expect, it } from 'vitest'
import { control } from '../../src/experiments/control'
import type { ControlKind } from '../../src/experiments/control-kinds'
import type { Experiment } from '../../src/experiments/experiment'
import { imp } from '../../src/experiments/imp'
import { instability } from '../../src/experiments/instability'
import type { Setup } from '../../src/experiments/setup'
import { datasetSpec } from '../../src/lab/asked/dataset-options'
import { checkInstability } from '../../src/lab/asked/instability-options'
import { setupOf } from '../../src/lab/asked/presets'
import { Results } from '../../src/lab/results/results'
import { seriesOf } from '../../src/experiments/progress'
import { sha256 } from '../../src/support/canonical'

/*
 * The cells of `reproduction/` describe what was run: presets have changed since, and the cells say with which values
 * theirs was, so that what was computed is found again.
 */

/** As the datasets were, whether or not they are installed on this machine. */
const specOf: typeof datasetSpec = (choices) => {
  if (typeof choices.dataset !== 'string') return datasetSpec(choices)
  return { ...datasetSpec({ ...choices, dataset: 'mnist' }), name: choices.dataset }
}

/** What the analyses of a notebook are, and which tasks each has, when its cells are evaluated with nothing run. */
async function described(notebook: string): Promise<readonly (readonly [string, string])[]> {
  const file = new URL(`../../reproduction/${notebook}.ipynb`, import.meta.url)
  const { cells } = JSON.parse(readFileSync(file, 'utf8')) as {
    cells: readonly { readonly cell_type: string; readonly source: string | readonly string[] }[]
  }
  const code = cells
    .filter(({ cell_type }) => cell_type === 'code')
    .map(({ source }) => [source].flat().join(''))
    .filter((text) => !text.includes('import os'))
    .join('\n')
  const none = () => Promise.reject(new Error('Nothing was computed.'))
  const reader = { readMask: none, readWeights: none, result: none }
  const resultsOf = (experiment: Experiment) =>
    new Results(experiment, seriesOf(experiment, new Map()), reader)
  const analyses: Experiment[] = []
  const lab = {
    preset: (name: string, options: object) =>
      setupOf(name, options, () => ({ backend: { id: 'wasm', arithmetic: 'test' } }), specOf),
    imp: (setup: Setup, { levels }: { readonly levels: number }) => resultsOf(imp(setup, levels)),
    control: (
      { experiment }: Results,
      kind: ControlKind,
      { levels }: { readonly levels: readonly number[] },
    ) => resultsOf(control(experiment, kind, levels)),
    instability(networks: unknown, options: unknown) {
      const { setup, options: checked } = checkInstability(networks, options)
      analyses.push(instability(setup, checked))
    },
    cost: (_: string, setup: Setup, options: unknown) => lab.instability(setup, options),
    plot: new Proxy({}, { get: () => () => undefined }),
  }
  const script = transpile(`async (lab) => {\n${code}\n}`, {
    module: ModuleKind.ESNext,
    target: ScriptTarget.ES2022,
  })
  const evaluate = (0, eval)(script) as (given: typeof lab) => Promise<void>
  await evaluate(lab)
  return analyses.map(({ digest, tasks }) => [
    digest.slice(0, 12),
    sha256([...tasks.keys()].sort().join()).slice(0, 12),
  ])
}

it('lenet-instability is what it was when it was run', async () => {
  expect(await described('lenet-instability')).toEqual([
    ['df3e5ce95044', 'b899932cccc1'],
    ['89f348a7e0e5', '1032210fbba4'],
    ['f5bbb1eca552', 'ba64f8758f8a'],
    ['a454814a653c', '2142b2399b53'],
  ])
})

it('resnet20-instability is what it was when it was run, and what the whole of it was said to take', async () => {
  expect(await described('resnet20-instability')).toEqual([
    ['8f00d329629c', 'fbabe2d617fd'],
    ['e3900cbd2176', '0f3a0a2f4c80'],
  ])
})
