import type { Ran } from '../kernel/fixture/notebook'

/** A cell, and what must come of it. */
export interface Check {
  readonly what: string
  readonly code: string
  readonly isFulfilled: (ran: Ran, count: number) => boolean
}

/** How a cell writes a global: as users do, or past a name that a cell has declared. */
export type Global = (name: string) => string

const isSuccess = ({ outcome }: Ran): boolean => outcome.kind === 'success'

/** Whether a cell failed with these words, which are told with the cell, line and column. */
function isTold({ outcome }: Ran, words: string, place: string): boolean {
  return outcome.kind === 'error' && outcome.stack.startsWith(`${words}\n${place}`)
}

/** That a later cell sees a declared name, declares another, prints, and shows a value. */
export function useOf(name: string, at: number, of: Global): Check {
  const printed = `{ list: [ 1 ], map: Map(1) { 'a' => { b: 2 } } } RangeError: said\n`
  return {
    what: 'its use, and a print',
    code: `
      const used${at}: string = ${name}.mark
      ${of('console')}.log({ list: [1], map: new ${of('Map')}([['a', { b: 2 }]]) }, ${of('String')}(new ${of('RangeError')}('said')))
      used${at}`,
    isFulfilled: (ran) => isSuccess(ran) && ran.stdout === printed && ran.text === `'mine'`,
  }
}

/** That errors are told: one that is thrown, and a name that nobody has declared. */
export function errorsOf(at: number, of: Global): Check[] {
  return [
    {
      what: 'an error',
      code: `\n  throw new ${of('Error')}('failed ${at}')`,
      isFulfilled: (ran, count) => isTold(ran, `Error: failed ${at}`, `Cell In[${count}], line 2, column 9`),
    },
    {
      what: 'a missing name',
      code: `\n  1 + missing${at}()`,
      isFulfilled: (ran, count) =>
        isTold(ran, `ReferenceError: missing${at} is not defined`, `Cell In[${count}], line 2, column 7`),
    },
  ]
}

/** That an error is told that comes when its cell is over or waits. */
export function lateErrorOf(of: Global): Check {
  return {
    what: 'an error in a timer',
    code: `${of('setTimeout')}(() => { throw new ${of('Error')}('late') }, 1)
      ${of('Promise')}.reject(new ${of('TypeError')}('left'))
      await new ${of('Promise')}((done) => ${of('setTimeout')}(done, 20))`,
    isFulfilled: (ran, count) =>
      isSuccess(ran) &&
      ran.stderr.includes(`Uncaught Error: late\nCell In[${count}], line 1`) &&
      ran.stderr.includes(`TypeError: left\nCell In[${count}], line 2`),
  }
}

/** That Vega draws: it computes with functions that it makes itself. */
export function plotOf(of: Global): Check {
  return {
    what: 'a plot',
    code: `${of('lab')}.show({
        $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
        data: { values: [{ a: 1, when: '2026-11-27' }, { a: 4, when: '2026-11-28' }] },
        transform: [{ calculate: 'pow(sqrt(datum.a), 2) + toNumber("0")', as: 'b' }],
        mark: 'line',
        encoding: {
          x: { field: 'when', type: 'temporal', timeUnit: 'yearmonthdate' },
          y: { field: 'b', type: 'quantitative' },
        },
      })`,
    isFulfilled: (ran) =>
      isSuccess(ran) &&
      ran.shown.some((bundle) =>
        /<path aria-label="when[^"]*Nov 27, 2026; b: 1"|<path [^>]*aria-roledescription="line mark"/.test(
          bundle['image/svg+xml'] ?? '',
        ),
      ),
  }
}

/** That a network trains, and that what came of it is drawn; every `at` is a training of its own. */
export function trainingOf(at: number, of: Global): Check {
  return {
    what: 'a training',
    code: `
      const images = [0, 1, 2, 3, 0, 1, 2, 3].map((label, i) => [0, 1, 2, 3].map((p) => (p === label ? 200 + i : i)))
      const labels = [0, 1, 2, 3, 0, 1, 2, 3]
      const dataset = await ${of('lab')}.dataset({
        images: images.flat(), labels, testImages: images.flat(), testLabels: labels, shape: [2, 2],
      })
      const setup = ${of('lab')}.setup({
        name: 'tiny', dataset, steps: 10, seed: ${at}, replicates: 1, batchSize: 4, evaluateEvery: 5, backend: 'wasm',
        network: { input: [2, 2, 1], layers: [{ kind: 'dense', units: 8 }, { kind: 'dense', units: 4 }] },
      } as const)
      const tickets = await ${of('lab')}.imp(setup, { levels: 1 })
      ${of('lab')}.plot.accuracy(tickets)`,
    isFulfilled: (ran) =>
      isSuccess(ran) &&
      ran.shown.length === 2 &&
      ran.shown.every((bundle) => bundle['image/svg+xml']?.includes('</svg>')),
  }
}

/** That packages, Node's modules and `lab` see what they saw, and that all are of one realm. */
export function outsideOf(packages: readonly string[], of: Global): Check {
  const cellsOwn = `{ array: [1], error: new ${of('RangeError')}('r'), map: new ${of('Map')}(), promise: (async () => 1)(),
        date: new ${of('Date')}(), bytes: ${of('Buffer')}.from('ab'), pattern: /a/, url: new ${of('URL')}('a:b'),
        object: {}, func: () => 1 }`
  return {
    what: 'code outside cells',
    code: `
      const told: unknown[] = []
      for (const { changed, make, kinds } of [${packages.join(', ')}]) {
        told.push(...changed())
        const own = ${cellsOwn}
        for (const kind in own) if (!kinds[kind](own[kind])) told.push('not of a package: ' + kind)
        const theirs = ${of('Object')}.fromEntries(${of('Object')}.entries(make).map(([kind, of]) => [kind, of()]))
        const { array, error, map, promise, date, bytes, pattern, url, object, func } = theirs
        if (!(array instanceof ${of('Array')})) told.push('array')
        if (!(error instanceof ${of('Error')} && error instanceof ${of('RangeError')})) told.push('error')
        if (!(map instanceof ${of('Map')})) told.push('map')
        if (!(promise instanceof ${of('Promise')})) told.push('promise')
        if (!(date instanceof ${of('Date')})) told.push('date')
        if (!(bytes instanceof ${of('Uint8Array')} && ${of('Buffer')}.isBuffer(bytes))) told.push('bytes')
        if (!(pattern instanceof ${of('RegExp')})) told.push('pattern')
        if (!(url instanceof ${of('URL')})) told.push('url')
        if (!(object instanceof ${of('Object')} && func instanceof ${of('Function')})) told.push('object')
      }
      try { ${of('lab')}.setup({ steps: -1 } as any) } catch (error) {
        if (!(error instanceof ${of('Error')})) told.push('error of lab')
      }
      const [assert, zlib, { promises }, { pipeline }] = await ${of('Promise')}.all(
        ['assert', 'zlib', 'fs', 'stream/promises'].map((name) => import('node:' + name)))
      try { assert.default.deepStrictEqual([new ${of('Map')}([[1, 2]])], [new ${of('Map')}([[1, 3]])]) } catch (error) {
        if (!(error instanceof ${of('Error')} && error.name === 'AssertionError')) told.push('assert')
      }
      const zipped = zlib.gunzipSync(zlib.gzipSync('text')).toString()
      await promises.writeFile('written.txt', zipped)
      let read = ''
      await pipeline((await promises.open('written.txt')).createReadStream(), async (chunks: any) => {
        for await (const chunk of chunks) read += chunk
      })
      if (read !== 'text') told.push('streams')
      const copied = ${of('structuredClone')}({ map: new ${of('Map')}([[1, new ${of('Date')}(0)]]) })
      if (!(copied.map.get(1) instanceof ${of('Date')})) told.push('structuredClone')
      told.join()`,
    isFulfilled: (ran) => isSuccess(ran) && ran.text === `''`,
  }
}
