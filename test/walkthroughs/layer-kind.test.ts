import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWasm } from '../../src/backends/wasm/wasm'
import type * as Describe from '../../src/networks/describe'
import type * as Lower from '../../src/networks/lower'
import type { Network } from '../../src/networks/network'
import type * as Summary from '../../src/report/words/summary'
import { batchSize, randomBatches, randomData, randomWeights } from '../backends/fixture'
import { complaints, editsOf, sourceWith, type Edits } from './walkthrough'

const table = 'src/networks/layers/all.ts'
/** Files that need, themselves or through others, all that knows of layers: cells' types, programs, summaries. */
const users = ['src/lab/asked/presets.ts', 'src/networks/lower.ts', 'src/report/words/summary.ts']
const edits = await editsOf('Add a layer kind')

/** The same without one of the lines that are added to the table. */
function without(line: string): Edits {
  const text = edits.get(table)!
  expect(text).toContain(`\n${line}\n`)
  return new Map(edits).set(table, text.replace(`\n${line}\n`, '\n'))
}

describe('a layer kind that is added as CONTRIBUTING.md says', () => {
  it('is one new file and its lines in the table', () => {
    expect([...edits.keys()]).toEqual(['src/networks/layers/repeat.ts', table])
    expect(complaints(users, edits)).toEqual([])
  })

  it('does not compile without its row', () => {
    expect(complaints([table], without('  repeat,'))).toEqual([
      expect.stringMatching(
        /^src\/networks\/layers\/all\.ts: 'repeat' is declared but its value is never read/,
      ),
      expect.stringMatching(/^src\/networks\/layers\/all\.ts: Property 'repeat' is missing in type/),
    ])
  })

  it('does not compile with a row and no type', () => {
    expect(complaints([table], without('  | RepeatLayer'))).toContainEqual(
      expect.stringMatching(/^src\/networks\/layers\/all\.ts: .*'repeat' does not exist in type/),
    )
  })
})

describe('a network with such a layer', () => {
  let source: Awaited<ReturnType<typeof sourceWith>>
  let networkOf: typeof Describe.networkOf
  let buildStepProgram: typeof Lower.buildStepProgram
  let networkTable: typeof Summary.networkTable

  beforeAll(async () => {
    source = await sourceWith(edits)
    const load = (file: string): Promise<unknown> => import(join(source.folder, 'src', file))
    ;({ networkOf } = (await load('networks/describe.ts')) as typeof Describe)
    ;({ buildStepProgram } = (await load('networks/lower.ts')) as typeof Lower)
    ;({ networkTable } = (await load('report/words/summary.ts')) as typeof Summary)
  })
  afterAll(() => source.remove())

  const dense = { kind: 'dense', units: 3 }
  const withLayer = (layer: object): Network => networkOf({ input: [4, 4, 2], layers: [layer, dense] })

  it('is named, checked and described', () => {
    const network = withLayer({ kind: 'repeat', times: 3 })
    expect(network.layers.map(({ name }) => name)).toEqual(['repeat1', 'output'])
    expect(networkTable(network).rows).toEqual([
      ['repeat1: repeat 3 times', '[4, 4, 6]', ''],
      ['output: dense', '[3]', '288'],
    ])
    expect(() => withLayer({ kind: 'repeat', time: 3 })).toThrow("Did you mean 'times'?")
    expect(() => withLayer({ kind: 'repeat', times: 0.5 })).toThrow('times must be a positive whole number')
  })

  it('trains as one whose branches copy their input', () => {
    const data = randomData([4, 4, 2], 3, [40, 10, 20])
    const copy = { kind: 'max-pool', window: 1 }
    const networks = [
      withLayer({ kind: 'repeat', times: 2 }),
      withLayer({ kind: 'branches', branches: [[copy], [copy]] }),
    ]
    const losses = networks.map((network) => {
      const optimizer = { kind: 'momentum', learningRate: 0.05, momentum: 0.9 } as const
      const session = openWasm().open(buildStepProgram(network, { optimizer, batchSize }), data)
      session.load(randomWeights(networks[1]!, 1), {})
      const found = session.train(randomBatches(20, 2, 40), new Float32Array(20).fill(0.05))
      session.dispose()
      return [...found]
    })
    expect(losses[0]!.at(-1)).toBeLessThan(losses[0]![0]!)
    expect(losses[0]).toEqual(losses[1])
  })
})
