import type { Setup } from '../../../src/experiments/setup'
import type { Lab } from '../../../src/lab/api'
import type { LayerDescription } from '../../../src/networks/description'
import { random } from '../../backends/fixture'

/** What is changed of the small setup. */
export interface SmallOptions {
  readonly replicates: number
  readonly layers?: readonly LayerDescription[]
  readonly scope?: 'layer' | 'global'
  /** WebAssembly by default. */
  readonly backend?: 'wasm' | 'tensorflow'
}

/** A network and a dataset of 5x4 images that are trained in a blink; by default with 60 + 6 weights. */
export async function smallSetup(
  lab: Lab,
  {
    layers = [
      { kind: 'dense', units: 3 },
      { kind: 'dense', units: 2 },
    ],
    ...options
  }: SmallOptions,
): Promise<Setup> {
  const next = random(1)
  const examples = (count: number) => {
    const labels = Uint8Array.from({ length: count }, () => next() * 2)
    const images = Uint8Array.from(
      { length: 20 * count },
      (_, at) => 90 * labels[Math.floor(at / 20)]! + 160 * next(),
    )
    return { images, labels }
  }
  const [train, test] = [examples(80), examples(40)]
  const dataset = await lab.dataset({
    ...{ images: train.images, labels: train.labels, testImages: test.images, testLabels: test.labels },
    ...{ shape: [5, 4, 1], classes: 2 },
  })
  const hidden = layers.some(({ kind }) => kind === 'convolution') ? { convolution: 0.5 } : { dense: 0.5 }
  return lab.setup({
    ...{ name: 'small', network: lab.network({ input: [5, 4, 1], layers }), dataset, backend: 'wasm' },
    ...{
      steps: 8,
      evaluateEvery: 4,
      batchSize: 10,
      rates: { ...hidden, output: 0.5 },
      ...options,
    },
  })
}
