import { describe, expect, it } from 'vitest'
import type { SessionData } from '../../src/backends/backend'
import type { Optimizer } from '../../src/backends/optimizers/all'
import { buildStepProgram } from '../../src/networks/lower'
import { TicketLabError } from '../../src/support/errors'
import {
  backends,
  batchSize,
  data,
  network,
  randomBatches,
  randomData,
  randomMasks,
  randomWeights,
  withSession,
} from './fixture'

const optimizer: Optimizer = { kind: 'sgd', learningRate: 0.1 }
const program = buildStepProgram(network, { optimizer, batchSize })
const start = randomWeights(network, 1)

describe.each(backends)('on %s,', (_, open) => {
  describe('a session is refused', () => {
    const badData: readonly (readonly [string, SessionData, string])[] = [
      [
        'for examples of another shape',
        randomData([4, 4], 5, [10, 5, 5]),
        'The network takes examples of shape [4, 3, 1], the dataset has [4, 4].',
      ],
      [
        'for labels of a class that the network lacks',
        randomData([4, 3, 1], 9, [40, 20, 20]),
        'The network has 5 classes, but split train has an example of class',
      ],
      [
        'for fewer images than it says',
        { ...data, splits: { ...data.splits, test: { ...data.splits.test, count: 2000 } } },
        'The images of split test must have the shape [2000, 4, 3, 1], that is 24000 numbers, found 14436.',
      ],
      [
        'for normalization of another number of channels',
        { ...data, normalize: { mean: [0, 0, 0], deviation: [1, 1, 1] } },
        'Normalization needs one number, or one for each of 1 channels, found 3.',
      ],
    ]
    it.each(badData)('%s', (_, wrong, message) => {
      expect(() => open().open(program, wrong)).toThrow(message)
      expect(() => open().open(program, wrong)).toThrow(TicketLabError)
    })
  })

  describe('loading is refused', () => {
    it('without one of the parameters', () => {
      const parameters = { ...start.parameters }
      Reflect.deleteProperty(parameters, 'dense2/bias')
      withSession(open, { optimizer }, (session) => {
        expect(() => session.load({ ...start, parameters }, {})).toThrow(
          'The weights to start from lack "dense2/bias" [7].',
        )
      })
    })

    it('with a tensor of the wrong size', () => {
      const parameters = { ...start.parameters, 'dense2/bias': { shape: [6], data: new Float32Array(6) } }
      withSession(open, { optimizer }, (session) => {
        expect(() => session.load({ ...start, parameters }, {})).toThrow(
          '"dense2/bias" must have the shape [7], that is 7 numbers, found 6.',
        )
      })
    })

    it('with a mask that does not fit, or that belongs to nothing that is pruned', () => {
      const { 'dense1/weights': mask } = randomMasks(network, 0.5, 1)
      withSession(open, { optimizer }, (session) => {
        expect(() => session.load(start, { 'dense2/weights': mask! })).toThrow(
          'The mask of "dense2/weights" must have the shape [9, 7]',
        )
        expect(() => session.load(start, { 'dense1/bias': mask! })).toThrow('"dense1/bias" is never pruned')
        expect(() => session.load(start, { 'dense9/weights': mask! })).toThrow(
          'There is no parameter "dense9/weights"',
        )
      })
    })
  })

  describe('training is refused', () => {
    it('before anything is loaded', () => {
      withSession(open, { optimizer }, (session) => {
        expect(() => session.train(randomBatches(1, 1), Float32Array.of(1))).toThrow('load() comes before')
      })
    })

    it('on batches that do not match the steps, and on examples that are not there; no weight changes', () => {
      withSession(open, { optimizer }, (session) => {
        session.load(start, {})
        expect(() => session.train(randomBatches(2, 1), Float32Array.of(1))).toThrow('Batches of 1 steps')
        const beyond = randomBatches(1, 1).fill(40, 3, 4)
        expect(() => session.train(beyond, Float32Array.of(1))).toThrow('Example 40 is not one of the 40')
        expect(() => session.evaluate('test', 5, 2000)).toThrow('not a range of the 1203 in split test')
        expect(session.state().parameters).toEqual(start.parameters)
        expect(session.train(new Int32Array(0), new Float32Array(0))).toHaveLength(0)
      })
    })
  })
})
