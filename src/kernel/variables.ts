import type { Runtime } from 'node:inspector'
import type { CellName } from './cell-names'
import type { Evaluator } from './evaluate'
import type { Variable } from './protocol'

/** How much is told of a value, in characters. */
const limit = 200

/**
 * What cells have declared, in that order, as V8 describes it to debuggers: no getter, proxy or method of the user's is run for it.
 * @param names by the user's name
 */
export async function describeVariables(
  evaluator: Pick<Evaluator, 'describe'>,
  names: ReadonlyMap<string, CellName>,
): Promise<readonly Variable[]> {
  const variables: Variable[] = []
  for (const [name, { internal, isConstant }] of names) {
    const object = await evaluator.describe(internal)
    const told = object ? { type: typeOf(object), text: shortened(textOf(object)) } : nothingYet
    variables.push({ name, isConstant, ...told })
  }
  return variables
}

/** Of a cell that failed before it came to the declaration. */
const nothingYet = { type: '', text: '(not initialized)' }

function typeOf({ type, subtype, className }: Runtime.RemoteObject): string {
  if (subtype === 'null') return 'null'
  return type === 'object' ? (className ?? 'object') : type
}

function textOf(object: Runtime.RemoteObject): string {
  const { type, subtype, description = '', preview } = object
  if (type === 'string') return JSON.stringify(object.value)
  if (subtype === 'null') return 'null'
  if (subtype === 'error') return description.split('\n', 1)[0]!
  // As it is without its types, in whose places are blanks.
  if (type === 'function') return description.replace(/\s+/g, ' ').replace(/ (?=[),])/g, '')
  if (!preview || subtype === 'regexp' || subtype === 'date')
    return object.unserializableValue ?? (description || String(object.value))
  const more = preview.overflow ? ['…'] : []
  if (preview.entries) {
    const entries = preview.entries.map(({ key, value }) =>
      key ? `${partOf(key)} => ${partOf(value)}` : partOf(value),
    )
    return `${description} {${[...entries, ...more].join(', ')}}`
  }
  const isList = subtype === 'array' || subtype === 'typedarray'
  // What Node notes on promises is no business of who looks at one.
  const own = preview.properties.filter(({ name }) => subtype !== 'promise' || !name.startsWith('#'))
  const properties = own.map((property) => {
    const value = property.type === 'accessor' ? '(getter)' : quoted(property.type, property.value ?? '')
    return isList && /^\d+$/.test(property.name) ? value : `${property.name}: ${value}`
  })
  const inside = [...properties, ...more].join(', ')
  if (isList) return `${description} [${inside}]`
  return description === 'Object' ? `{${inside}}` : `${description} {${inside}}`
}

function partOf({ type, description = '' }: Runtime.ObjectPreview): string {
  return quoted(type, description)
}

function quoted(type: string, text: string): string {
  return type === 'string' ? JSON.stringify(text) : text
}

function shortened(text: string): string {
  return text.length > limit ? `${text.slice(0, limit)}…` : text
}
