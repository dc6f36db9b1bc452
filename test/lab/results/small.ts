import type { Setup } from '../../../src/experiments/setup'
import type { Lab } from '../../../src/lab/api'
import { random } from '../../backends/fixture'

/** A network and a dataset of 5x4 images that are trained in a blink, on WebAssembly: 60 + 8 weights. */
export async function smallSetup(lab: Lab, options: { readonly replicates: number }): Promise<Setup> {
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
  const layers = [
    { kind: 'dense', units: 3 },
    { kind: 'dense', units: 2 },
  ] as const
  return lab.setup({
    ...{ name: 'small', network: lab.network({ input: [5, 4, 1], layers }), dataset, backend: 'wasm' },
    ...{ steps: 8, evaluateEvery: 4, batchSize: 10, rates: { dense: 0.5, output: 0.5 }, ...options },
  })
}
