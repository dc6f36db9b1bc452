import type { Preset, Presets } from './preset'

/** What LeNet has in both papers. */
export const lenet: Omit<Preset, 'replicates' | 'source'> = {
  network: 'lenet',
  dataset: 'mnist',
  validation: 5000,
  recipe: {
    steps: 50_000,
    batchSize: 60,
    optimizer: { kind: 'adam', learningRate: 1.2e-3 },
    evaluateEvery: 100,
  },
  rates: { dense: 0.2, output: 0.1 },
  rewindTo: 0,
}

/** LeNet-300-100 on MNIST. */
export const lenetPresets = {
  'lenet-mnist': { ...lenet, replicates: 5, source: 'Frankle & Carbin 2019, fig. 2-4' },
} satisfies Presets<string>
