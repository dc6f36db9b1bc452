import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Backend } from '../../src/backends/backend'
import type { Dataset } from '../../src/datasets/dataset'
import { loadDataset } from '../../src/datasets/load'
import { buildStepProgram } from '../../src/networks/lower'
import type { Network } from '../../src/networks/network'
import { parametersOf } from '../../src/networks/parameters'
import { networkByName } from '../../src/networks/zoo'
import type { TaskContext } from '../../src/trainer/context'
import { pruneInRounds } from '../../src/trainer/prune-in-rounds'
import { createSessions } from '../../src/trainer/sessions'
import { countKept, sizeOf, type Masks } from '../../src/support/tensor'
import { batchIndices } from '../../src/training/batches'
import { initialize } from '../../src/training/initialize'
import type { PruneTask } from '../../src/tasks/tasks'
import { imageBackends, randomData } from '../backends/fixture'
import { python, pythonObstacle } from '../support/python'

/*
 * Masks of SNIP, GraSP and SynFlow beside those of PyTorch, in double precision, from the definitions in the papers
 * (criteria_oracle.py): the same weights, the same batches, as many weights left.
 */

const seed = 1
const spec = { name: 'mnist', splitSeed: 1, validation: 5000 } as const
const { shape, normalize, splits } = randomData([12, 12, 3], 10, [300, 1, 1])
const images = { shape, normalize, ...splits } as unknown as Dataset

/** LeNet as the default preset has it, at its tenth level. */
const cases = {
  LeNet: {
    network: networkByName('lenet'),
    data: () => loadDataset(spec),
    batchSize: 60,
    share: 0.8 ** 10,
  },
  'convolutions with batch norm': {
    network: {
      name: 'images',
      input: shape,
      layers: [
        { kind: 'convolution', name: 'conv1', filters: 16, batchNorm: true, activation: 'relu' },
        { kind: 'convolution', name: 'conv2', filters: 24, batchNorm: true, activation: 'relu' },
        { kind: 'max-pool', name: 'pool' },
        { kind: 'convolution', name: 'conv3', filters: 24, activation: 'relu' },
        { kind: 'global-average-pool', name: 'average' },
        { kind: 'dense', name: 'output', units: 10, activation: 'none' },
      ],
      classes: 10,
    } as Network,
    data: () => Promise.resolve(images),
    batchSize: 30,
    share: 0.2,
  },
}
const criteria = ['snip', 'grasp', 'synflow'] as const
const jobs = Object.keys(cases).flatMap((name) =>
  criteria.map((criterion) => ({ name: name as keyof typeof cases, criterion })),
)

function taskOf({ name, criterion }: (typeof jobs)[number], { id, arithmetic }: Backend): PruneTask {
  const { network, batchSize, share } = cases[name]
  const among = parametersOf(network).filter(({ group }) => group !== undefined)
  const count = Math.round(among.reduce((sum, parameter) => sum + sizeOf(parameter.shape), 0) * share)
  const examples = { dataset: spec, batchSize, batches: 10, orderSeed: seed }
  return {
    ...{ kind: 'prune', network, criterion, seed, collapse: 'go on' },
    keepTotal: { among: among.map((parameter) => parameter.name), count },
    scoring: {
      backend: { id, arithmetic },
      ...(criterion === 'synflow' ? { rounds: 100 } : { examples }),
    },
  }
}

async function masksOf(task: PruneTask, backend: Backend, data: Dataset): Promise<Masks> {
  const open = Object.assign(
    createSessions(() => backend),
    { dataset: () => Promise.resolve(data) },
  )
  const withData: TaskContext['open'] = Object.assign(async (description: Parameters<typeof open>[0]) => {
    if (data !== images) return open(description)
    const { network, recipe, backend: key } = description
    const session = await open.program(key, buildStepProgram(network, recipe!), { shape, normalize, splits })
    return { session, dataset: data }
  }, open)
  const weights = initialize({ network: task.network, seed })
  return pruneInRounds(task, { weights }, { open: withData, signal: new AbortController().signal })
}

async function jobOf({ name, criterion }: (typeof jobs)[number]): Promise<object> {
  const { network, data, batchSize } = cases[name]
  const { train, normalize, shape } = await data()
  const { keepTotal } = taskOf({ name, criterion }, imageBackends[1][1]())
  const size = sizeOf(shape)
  const indices = Array.from({ length: 10 }, (_, batch) => [
    ...batchIndices(seed, train.count, batchSize, batch, 1),
  ])
  const scaled = (byte: number, i: number) => {
    const channel = i % shape.at(-1)!
    const of = (numbers: readonly number[]) => numbers[numbers.length === 1 ? 0 : channel]!
    return (byte / 255 - of(normalize.mean)) / of(normalize.deviation)
  }
  return {
    ...{ layers: network.layers, criterion, shape, count: keepTotal!.count, masked: keepTotal!.among },
    parameters: Object.fromEntries(
      Object.entries(initialize({ network, seed })).map(([key, tensor]) => [
        key,
        [tensor.shape, [...tensor.data]],
      ]),
    ),
    images:
      criterion === 'synflow'
        ? []
        : indices.map((batch) =>
            batch.flatMap((index) =>
              Array.from(train.images.subarray(index * size, (index + 1) * size), scaled),
            ),
          ),
    labels: indices.map((batch) => batch.map((index) => train.labels[index]!)),
  }
}

let obstacle: string | undefined
let answers: readonly Readonly<Record<string, readonly number[]>>[] = []

beforeAll(async () => {
  obstacle = await pythonObstacle('torch')
  if (obstacle !== undefined) return
  const folder = mkdtempSync(join(tmpdir(), 'ticketlab-criteria-'))
  try {
    const file = join(folder, 'jobs.json')
    writeFileSync(file, JSON.stringify(await Promise.all(jobs.map(jobOf))))
    const script = fileURLToPath(new URL('criteria_oracle.py', import.meta.url))
    answers = JSON.parse(await python(script, file)) as typeof answers
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}, 300_000)

describe.each(imageBackends)('on %s, the weights that PyTorch keeps are kept by', (_backend, open) => {
  it.for(jobs)('$criterion of $name', { timeout: 120_000 }, async (job, { skip }) => {
    skip(obstacle !== undefined, obstacle)
    const backend = open()
    const masks = await masksOf(taskOf(job, backend), backend, await cases[job.name].data())
    let [kept, common] = [0, 0]
    for (const [name, places] of Object.entries(answers[jobs.indexOf(job)]!)) {
      const { data } = masks[name]!
      kept += places.length
      common += places.filter((place) => data[place] === 1).length
      // As many in every layer, but for weights at the cut.
      expect(countKept(masks[name]!) / data.length).toBeCloseTo(places.length / data.length, 2)
    }
    expect(common / kept).toBeGreaterThan(0.999)
  })
})

it('SNIP keeps 8.5, 26.7 and 64.6% of the layers of LeNet when it keeps 10.7% of all', async () => {
  const backend = imageBackends[1][1]()
  const task = taskOf({ name: 'LeNet', criterion: 'snip' }, backend)
  const masks = await masksOf(task, backend, await cases.LeNet.data())
  const percent = Object.values(masks).map((mask) => ((100 * countKept(mask)) / mask.data.length).toFixed(1))
  expect(percent).toEqual(['8.5', '26.7', '64.6'])
})
