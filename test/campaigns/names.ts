import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Ways to declare a name whose value then has a `mark` that is `'mine'`. */
export const forms: Readonly<Record<string, (name: string) => string>> = {
  const: (name) => `const ${name} = { mark: 'mine' }`,
  class: (name) => `class ${name} { static mark = 'mine' }`,
  function: (name) => `function ${name}() {}\n${name}.mark = 'mine'`,
  import: (name) => `import { mine as ${name} } from './mine.mjs'`,
  let: (name) => `let ${name} = { mark: 'not yet' }\n${name} = { mark: 'mine' }`,
  var: (name) => `if (true) { var ${name} = { mark: 'mine' } }`,
  'an object pattern': (name) => `const { mine: ${name} } = { mine: { mark: 'mine' } }`,
  'a short pattern': (name) => `const { ${name} = { mark: 'mine' } } = { ['${name}']: { mark: 'mine' } }`,
  'an array pattern': (name) => `let [, ...[${name}]] = [1, { mark: 'mine' }]`,
  'an async generator': (name) => `async function* ${name}() {}\n${name}.mark = 'mine'`,
  'a default import': (name) => `import ${name} from 'belongings'`,
  'a namespace import': (name) => `import * as ${name} from 'belongings'`,
  'an export': (name) => `const own = { mark: 'mine' }; export { own as ${name} }`,
  'an enum': (name) => `enum ${name} { mark = 'mine' }`,
  'a namespace': (name) => `namespace ${name} { export const mark = 'mine' }`,
  'a decorated class': (name) => `@((of: any, _: any) => of) class ${name} { static mark = 'mine' }`,
}

/** Names without which least works, where they are needed. */
export const vital: readonly string[] = [
  ...[
    'process',
    'Map',
    'Set',
    'WeakMap',
    'Promise',
    'Error',
    'TypeError',
    'Array',
    'Object',
    'Symbol',
    'Function',
  ],
  ...['globalThis', 'global', 'undefined', 'NaN', 'Infinity', 'setTimeout', 'setImmediate', 'queueMicrotask'],
  ...[
    'console',
    'Buffer',
    'WebAssembly',
    'SharedArrayBuffer',
    'Atomics',
    'eval',
    'lab',
    'require',
    'JSON',
    'Reflect',
  ],
  ...[
    'Proxy',
    'String',
    'Number',
    'RegExp',
    'Date',
    'Math',
    'URL',
    'Uint8Array',
    'Float32Array',
    'performance',
  ],
  ...['AbortController', 'structuredClone', 'TextDecoder', 'isNaN', 'parseInt', '__proto__', 'constructor'],
]

/** JavaScript itself forbids to declare these where code is strict, as it is in modules. */
export const forbidden: ReadonlySet<string> = new Set(['eval', 'arguments'])

/** A cell that prints every name that code outside cells may look for. */
export const askForNames = `
  const names = new Set(['lab', 'module', 'exports', 'define', 'window', 'self', 'document', 'navigator', 'arguments'])
  for (let one = globalThis; one; one = Object.getPrototypeOf(one))
    for (const name of Object.getOwnPropertyNames(one)) names.add(name)
  for (const name of ['__filename', '__dirname', 'localStorage', 'Iterator', 'Float16Array']) names.add(name)
  console.log(JSON.stringify([...names].filter((name) => /^[A-Za-z_$][\\w$]*$/.test(name))))`

/**
 * What cells import: a module and a package with something to take, and packages that look at every global, as they
 * find it, when they are loaded and whenever they are asked. `early` is to be imported before anything is declared, the
 * others later.
 */
export async function writePackages(folder: string, names: readonly string[]): Promise<void> {
  await writeFile(join(folder, 'mine.mjs'), `export const mine = { mark: 'mine' }`)
  await writePackage(folder, 'belongings', `export const mark = 'mine'\nexport default { mark }`)
  const reads = names.map(
    (name) => `[${JSON.stringify(name)}]: () => typeof ${name} === 'undefined' ? none : ${name}`,
  )
  const packages = { early: '.mjs', 'early-required': '.cjs', late: '.mjs', 'late-required': '.cjs' }
  for (const [name, ending] of Object.entries(packages)) {
    const code = `
      const none = Symbol.for('none')
      const reads = { __proto__: null, ${reads.join(', ')} }
      const read = (name) => { try { return reads[name]() } catch (error) { return String(error) } }
      const own = ['module', 'exports', 'require', '__filename', '__dirname', 'arguments']
      const kept = Object.fromEntries(Object.keys(reads).map((name) => [name, read(name)]))
      const same = (a, b) => Object.is(a, b) || (typeof a === 'string' && String(a) === String(b))
      /** The globals that are no longer what they were, or not what the global object says. */
      const changed = () => Object.keys(reads).filter((name) => {
        const now = read(name)
        if (!same(now, kept[name])) return true
        if (own.includes(name) || typeof now === 'string') return false
        return !same(now, name in globalThis ? globalThis[name] === undefined ? none : globalThis[name] : none)
      })
      const make = {
        array: () => [1], error: () => new RangeError('made'), map: () => new Map([[1, 2]]), promise: async () => 1,
        date: () => new Date(0), bytes: () => Buffer.from('ab'), pattern: () => /a/, url: () => new URL('http://a.b/c'),
        object: () => ({}), func: () => () => 1,
      }
      const kinds = {
        array: (v) => v instanceof Array && Array.isArray(v), error: (v) => v instanceof Error && v instanceof RangeError,
        map: (v) => v instanceof Map, promise: (v) => v instanceof Promise, date: (v) => v instanceof Date,
        bytes: (v) => v instanceof Uint8Array && Buffer.isBuffer(v), pattern: (v) => v instanceof RegExp,
        url: (v) => v instanceof URL, object: (v) => v instanceof Object, func: (v) => v instanceof Function,
      }
      ${ending === '.cjs' ? 'module.exports = { changed, make, kinds }' : 'export { changed, make, kinds }'}`
    await writePackage(folder, name, code, ending)
  }
}

async function writePackage(folder: string, name: string, code: string, ending = '.mjs'): Promise<void> {
  const place = join(folder, 'node_modules', name)
  await mkdir(place, { recursive: true })
  await writeFile(join(place, `index${ending}`), code)
  await writeFile(join(place, 'package.json'), JSON.stringify({ name, main: `index${ending}` }))
}
