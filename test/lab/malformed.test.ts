import { describe, expect, it } from 'vitest'
import { TicketLabError } from '../../src/support/errors'
import { rejected } from '../support/thrown'
import { dryLab } from './dry'

const { lab, runs } = dryLab()
const lenet = lab.preset('lenet-mnist', { steps: 100, replicates: 1 })
const tickets = await lab.imp(lenet, { levels: 2 })
const ran = runs()
const bytes = new Uint8Array(16)
const arrays = { images: bytes, labels: [0, 1], testImages: bytes, testLabels: [0, 1], shape: [2, 4] }

/** Every function that takes options, called with nothing else wrong. */
const callers: Readonly<Record<string, (options: never) => unknown>> = {
  'lab.preset': (options) => lab.preset('lenet-mnist', options),
  'lab.preset, augmentation': (augmentation) => lab.preset('lenet-mnist', { augmentation }),
  'lab.preset, rates': (rates) => lab.preset('lenet-mnist', { rates }),
  'lab.preset, labelNoise': (noise: object) =>
    lab.preset('lenet-mnist', { labelNoise: { fraction: 0.1, ...noise } }),
  'lab.preset, sgd': (rest: object) =>
    lab.preset('lenet-mnist', { optimizer: { kind: 'sgd', learningRate: 1, ...rest } }),
  'lab.preset, momentum': (rest: object) =>
    lab.preset('lenet-mnist', { optimizer: { kind: 'momentum', learningRate: 1, momentum: 0.9, ...rest } }),
  'lab.preset, adam': (rest: object) =>
    lab.preset('lenet-mnist', { optimizer: { kind: 'adam', learningRate: 1, ...rest } }),
  'lab.preset, steps schedule': (rest: object) =>
    lab.preset('lenet-mnist', { schedule: { kind: 'steps', boundaries: [1], factor: 0.1, ...rest } }),
  'lab.preset, warmup schedule': (rest: object) =>
    lab.preset('lenet-mnist', { schedule: { kind: 'linear-warmup', warmup: 2, ...rest } }),
  'lab.setup': (options: object) => lab.setup({ network: 'lenet', dataset: 'mnist', steps: 10, ...options }),
  'lab.network': (rest: object) =>
    lab.network({ input: [4], layers: [{ kind: 'dense', units: 2 }], ...rest }),
  'lab.dataset': (rest: object) => lab.dataset({ ...arrays, ...rest }),
  'lab.imp': (rest: object) => lab.imp(lenet, { levels: 2, ...rest }),
  'lab.imp, slurm': (slurm: object) => lab.imp(lenet, { levels: 2, run: { slurm } }),
  'lab.imp, setup': (rest: object) => lab.imp({ ...lenet, ...rest }, { levels: 2 }),
  'lab.imp, recipe of a setup': (rest: object) =>
    lab.imp({ ...lenet, recipe: { ...lenet.recipe, ...rest } }, { levels: 2 }),
  'lab.imp, dataset of a setup': (rest: object) =>
    lab.imp({ ...lenet, dataset: { ...lenet.dataset, ...rest } }, { levels: 2 }),
  'lab.train': (options) => lab.train(lenet, options),
  'lab.prune': (options) => lab.prune(lenet, options),
  'lab.barrier': (options) => lab.barrier(lab.initialize(lenet), lab.initialize(lenet), options),
  'lab.oneShot': (rest: object) => lab.oneShot(lenet, { levels: 2, ...rest }),
  'lab.variants': (rest: object) => lab.variants({ lenet }, { levels: 2, ...rest }),
  'lab.control': (options) => lab.control(tickets, 'random-mask', options),
  'lab.instability': (rest: object) => lab.instability(lenet, { steps: [0], ...rest }),
  'lab.instability, curve': (rest: object) =>
    lab.instability(lenet, { steps: [0], curve: { steps: 5, ...rest } }),
  'lab.evaluate': (options) => lab.evaluate(tickets, options),
  'tickets.mask': (options) => tickets.mask(1, options),
  'lab.plot.accuracy': (options) => lab.plot.accuracy(tickets, options),
  'lab.plot.earlyStop': (options) => lab.plot.earlyStop(tickets, options),
  'lab.plot.learningCurves': (options) => lab.plot.learningCurves(tickets, options),
  'results.export': (options) => tickets.export(1, options),
}

class Mine {
  levels = 3
}
const circle: { inside?: unknown } = {}
circle.inside = circle
const ring: unknown[] = []
ring.push(ring)
let deep: unknown = 1
for (let depth = 0; depth < 20_000; depth++) deep = depth % 2 === 0 ? [deep] : { deep }
const revocable = Proxy.revocable([], {})
revocable.revoke()
const trap = (): never => {
  throw new Error('never')
}
const throwing = { get: trap, has: trap, ownKeys: trap, getPrototypeOf: trap }

/** What no option takes. */
const malformed: Readonly<Record<string, unknown>> = {
  null: null,
  'a Map': new Map([['levels', 3]]),
  'a Set': new Set([1]),
  'a promise': Promise.resolve(3),
  'a Date': new Date(0),
  'an instance of a class': new Mine(),
  'a boxed number': Object(3) as unknown,
  'a boxed text': Object('adam') as unknown,
  'a function': () => 3,
  'a symbol': Symbol('adam'),
  'a big integer': 3n,
  'not a number': NaN,
  'an infinite number': Infinity,
  'a number below 0': -1,
  'a number beyond single precision': 1e300,
  'an empty text': '',
  'a text of control characters': '\0\n',
  'a text of a million characters': 'x'.repeat(1e6),
  'a list with a gap': Object.assign(new Array(3), { 0: 0, 2: 1 }),
  'a list of gaps': new Array(5),
  'the longest list': new Array(2 ** 32 - 1),
  'a list of lists': [[0], [1]],
  'a list of objects': [{}, null],
  'something like a very long list': { length: 2 ** 32, 0: 1 },
  'an object in a circle': circle,
  'a list in a circle': ring,
  'an object of 20,000 objects in each other': deep,
  'a proxy that throws': new Proxy({}, throwing),
  'a list that throws': new Proxy([1], throwing),
  'a revoked proxy': revocable.proxy,
  'an object whose getter throws': Object.defineProperty({}, 'steps', { get: trap, enumerable: true }),
  'bytes of another length': new Float64Array([0.5, 0.5, 0.5]),
}

/** The options there are, as the error for one that there is not lists them. */
async function optionsOf(call: (options: never) => unknown): Promise<readonly string[]> {
  const error = await rejected(Promise.resolve().then(() => call({ zzzzzzzz: 1 } as never)))
  const { message } = error as TicketLabError
  const list =
    /There are:\n([\s\S]*)$/.exec(message)?.[1] ??
    /Expected an option of [^(]*(?:\([^()]*\)[^(]*)?\(([^()]*)\), found/.exec(message)?.[1]
  const names = (list ?? '').split(/,\s+/).map((name) => name.trim())
  expect(names.join(), message).toMatch(/^\w+(,\w+)*$/)
  return names
}

describe.each(Object.entries(callers))('%s', async (name, call) => {
  const options = await optionsOf(call)

  it.each(options)('refuses every malformed value of %s at once, and names it', async (option) => {
    for (const [what, value] of Object.entries(malformed)) {
      // A function is a criterion of one's own.
      if (
        option === 'criterion' &&
        what === 'a function' &&
        name !== 'lab.variants' &&
        !name.includes('setup')
      )
        continue
      const given = { [option]: value } as never
      const error = await rejected(Promise.resolve().then(() => call(given))).catch(() => 'nothing')
      expect(error, `${name} with ${option}: ${what}`).toBeInstanceOf(TicketLabError)
      const { code, message } = error as TicketLabError
      expect(code, `${what}: ${message}`).toBe('bad-input')
      expect(message, what).toContain(option.replace(/s$/, ''))
      expect(message.length, what).toBeLessThan(1500)
    }
    expect(runs()).toBe(ran)
  })

  it('refuses options that are no options', async () => {
    const able = new Set(['an object in a circle', 'something like a very long list'])
    for (const [what, value] of Object.entries(malformed)) {
      // Callers that spread what they get make plain objects of anything.
      if (able.has(what) || call.toString().includes('...')) continue
      const error = await rejected(Promise.resolve().then(() => call(value as never))).catch(() => 'nothing')
      expect(error, `${name} with ${what}`).toMatchObject({ code: 'bad-input' })
    }
  })
})

describe.each(['imp', 'oneShot', 'control', 'instability'] as const)('lab.%s', (method) => {
  it('refuses every malformed place to compute at once, and names the option', async () => {
    const calls = {
      imp: (run: never) => lab.imp(lenet, { levels: 2, run }),
      oneShot: (run: never) => lab.oneShot(lenet, { levels: 2, run }),
      control: (run: never) => lab.control(tickets, 'random-mask', { run }),
      instability: (run: never) => lab.instability(lenet, { steps: [0], run }),
    }
    for (const [what, value] of Object.entries(malformed)) {
      const error = await rejected(
        Promise.resolve().then((): Promise<unknown> => calls[method](value as never)),
      ).catch(() => 'nothing')
      expect(error, `${method} with run: ${what}`).toMatchObject({ code: 'bad-input' })
      expect((error as TicketLabError).message, what).toContain('run')
    }
    expect(runs()).toBe(ran)
  })
})
