import type { ExperimentView, LayerView } from '../../src/experiments/view'
import type { KnownExperiment } from '../../src/extension/experiments/registry'

const digest = (letter: string) => letter.repeat(64)

function layers(keptOfFirst: number, masks: LayerView['masks']): LayerView[] {
  return [
    { parameter: 'dense1/weights', shape: [784, 300], total: 235_200, kept: keptOfFirst, masks },
    { parameter: 'output/weights', shape: [300, 10], total: 3000, kept: 2700, masks },
  ]
}

/** IMP with two replicates: level 0 is done, level 1 has one mask of two, level 2 has none. */
export const imp: ExperimentView = {
  digest: digest('a'),
  name: 'IMP lenet-mnist',
  kind: 'imp',
  createdAt: '2026-01-02T03:04:05.000Z',
  state: 'running',
  replicates: 2,
  deviations: ['steps 2000 (paper: 50000)'],
  levels: [
    {
      level: 0,
      density: 1,
      size: {
        ticket: { bytes: 1_066_440, multiplyAdds: 266_200 },
        full: { bytes: 1_066_440, multiplyAdds: 266_200 },
      },
      state: 'done',
      accuracy: { mean: 0.979, minimum: 0.978, maximum: 0.98, count: 2 },
      layers: layers(235_200, []),
    },
    {
      level: 1,
      density: 0.8012,
      size: {
        ticket: { bytes: 12_100, multiplyAdds: 14_800 },
        full: { bytes: 1_066_440, multiplyAdds: 266_200 },
      },
      state: 'running',
      layers: layers(188_160, [undefined, digest('b')]),
    },
    { level: 2, density: 0.6419, state: 'waiting', layers: layers(150_528, [undefined, undefined]) },
  ],
}

export const running: KnownExperiment = { ...imp, here: true }
