import type { NetworkName } from '../../../networks/zoo'
import type { Preset, Presets } from './preset'

/** A column of Frankle & Carbin 2019, figure 2. */
function convN(network: NetworkName, steps: number, learningRate: number, convolution: number): Preset {
  return {
    network,
    dataset: 'cifar10',
    validation: 5000,
    recipe: { steps, batchSize: 60, optimizer: { kind: 'adam', learningRate }, evaluateEvery: 100 },
    rates: { convolution, dense: 0.2, output: 0.1 },
    rewindTo: 0,
    replicates: 5,
    source: 'Frankle & Carbin 2019, fig. 2 and 5',
  }
}

/** Conv-2, Conv-4 and Conv-6 on CIFAR-10. */
export const convPresets = {
  'conv2-cifar10': convN('conv2', 20_000, 2e-4, 0.1),
  'conv4-cifar10': convN('conv4', 25_000, 3e-4, 0.1),
  'conv6-cifar10': convN('conv6', 30_000, 3e-4, 0.15),
} satisfies Presets<string>
