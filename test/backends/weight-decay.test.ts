import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, it } from 'vitest'
import { buildStepProgram } from '../../src/networks/lower'
import type { Network } from '../../src/networks/network'
import { python, pythonObstacle } from '../support/python'
import { backends, batchSize, data, network as small, randomBatches, randomWeights } from './fixture'

/*
 * Weight decay on all parameters beside torch.optim.SGD's, which is on all that it is given: weights, biases, and the
 * scales and offsets of batch norm.
 */

const network: Network = {
  ...small,
  layers: [
    { kind: 'dense', name: 'dense1', units: 9, batchNorm: true, activation: 'relu' },
    { kind: 'dense', name: 'dense2', units: 7, batchNorm: true, activation: 'relu' },
    { kind: 'dense', name: 'output', units: 5, activation: 'none' },
  ],
}
const steps = 12
const start = randomWeights(network, 2)
for (const [name, tensor] of Object.entries(start.parameters)) {
  if (/variance$/.test(name)) tensor.data.fill(1)
}
const batches = randomBatches(steps, 4)
const [learningRate, momentum, weightDecay] = [0.05, 0.9, 0.01]

function job(): object {
  const { images, labels } = data.splits.train
  const width = images.length / labels.length
  return {
    ...{ learningRate, momentum, weightDecay },
    mean: data.normalize.mean[0],
    deviation: data.normalize.deviation[0],
    layers: network.layers.map((layer) => ({ name: layer.name, batchNorm: 'batchNorm' in layer })),
    parameters: Object.fromEntries(
      Object.entries(start.parameters).map(([name, tensor]) => [
        name,
        { ...tensor, data: Array.from(tensor.data) },
      ]),
    ),
    steps: Array.from({ length: steps }, (_, step) => {
      const batch = Array.from(batches.subarray(step * batchSize, (step + 1) * batchSize))
      return {
        images: batch.map((index) => Array.from(images.subarray(index * width, (index + 1) * width))),
        labels: batch.map((index) => labels[index]),
      }
    }),
  }
}

async function torchWould(): Promise<Readonly<Record<string, readonly number[]>>> {
  const folder = mkdtempSync(join(tmpdir(), 'ticketlab-decay-'))
  try {
    const file = join(folder, 'job.json')
    writeFileSync(file, JSON.stringify(job()))
    const script = fileURLToPath(new URL('weight_decay_oracle.py', import.meta.url))
    return JSON.parse(await python(script, file)) as Record<string, number[]>
  } finally {
    rmSync(folder, { recursive: true })
  }
}

let obstacle: string | undefined
let expected: Awaited<ReturnType<typeof torchWould>> = {}

beforeAll(async () => {
  obstacle = await pythonObstacle('torch')
  if (obstacle === undefined) expected = await torchWould()
}, 120_000)

it.for(backends)('on %s, weight decay of all parameters is that of torch.optim.SGD', ([, open], { skip }) => {
  skip(obstacle !== undefined, obstacle)
  const backend = open()
  const program = buildStepProgram(network, {
    optimizer: { kind: 'momentum', learningRate, momentum },
    ...{ weightDecay, weightDecayOn: 'all', batchSize },
  })
  const session = backend.open(program, data)
  try {
    session.load(start, {})
    session.train(batches, new Float32Array(steps).fill(learningRate))
    const { parameters } = session.state()
    for (const { name } of program.parameters) {
      const [found, wanted] = [parameters[name]!.data, expected[name]!]
      expect(found).toHaveLength(wanted.length)
      const largest = Math.max(...wanted.map(Math.abs))
      const error = Math.max(...wanted.map((value, place) => Math.abs(found[place]! - value))) / largest
      expect(error, name).toBeLessThan(1e-5)
    }
  } finally {
    session.dispose()
  }
})
