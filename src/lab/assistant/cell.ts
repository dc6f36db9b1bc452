import { inspect } from 'node:util'
import type { AskedExperiment, OptionValues } from './asked'

/** How the cell of an experiment is written. */
export interface CellStyle {
  /** Where it is computed, if not as is usual. */
  readonly run?: unknown
  /** What people call the experiment that it starts from, for a comment beside its digest. */
  readonly called?: string
  /** Whether a notebook has a variable of that name, which then gets another. */
  readonly isTaken?: (name: string) => boolean
}

/** The cell that does what was asked for, as somebody would write it: the notebook is the record of it. */
export function cellOf(asked: AskedExperiment, style: CellStyle = {}): string {
  switch (asked.kind) {
    case 'imp':
    case 'oneShot':
      return ladderCell(asked, style)
    case 'variants':
      return variantsCell(asked, style)
    case 'control':
      return controlCell(asked, style)
    case 'instability':
      return instabilityCell(asked, style)
  }
}

function ladderCell(asked: AskedExperiment, style: CellStyle): string {
  const { kind, options, controls = [] } = asked
  const tickets = freeName('tickets', style)
  const call = `lab.${kind}(${preset(asked)}, ${text({ ...options, ...where(style) })})`
  return [`const ${tickets} = await ${call}`, ...comparison(tickets, controls, {}, style), tickets].join('\n')
}

function controlCell({ of, options, controls = [] }: AskedExperiment, style: CellStyle): string {
  const tickets = freeName('tickets', style)
  return [
    `const ${tickets} = await ${stored(of)}${comment(style)}`,
    ...comparison(tickets, controls, options, style),
  ].join('\n')
}

/** The controls of tickets, and the plot of both. */
function comparison(
  tickets: string,
  controls: readonly string[],
  options: OptionValues,
  style: CellStyle,
): readonly string[] {
  if (controls.length === 0) return []
  const more = { ...options, ...where(style) }
  const last = Object.keys(more).length === 0 ? '' : `, ${text(more)}`
  const names = controls.map((kind) =>
    freeName(
      kind.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase()),
      style,
    ),
  )
  return [
    ...controls.map(
      (kind, index) => `const ${names[index]!} = await lab.control(${tickets}, ${text(kind)}${last})`,
    ),
    `lab.plot.accuracy(${[tickets, ...names].join(', ')})`,
  ]
}

function variantsCell(asked: AskedExperiment, style: CellStyle): string {
  const { presetOptions = {}, variants = {}, options } = asked
  const name = freeName('variants', style)
  const lines = Object.entries(variants).map(
    ([variant, changed]) =>
      `  ${key(variant)}: ${preset({ ...asked, presetOptions: { ...presetOptions, ...changed } })},`,
  )
  return [
    `const ${name} = await lab.variants(`,
    '  {',
    ...lines.map((line) => `  ${line}`),
    '  },',
    `  ${text({ ...options, ...where(style) })},`,
    ')',
    `lab.plot.accuracy(${name})`,
  ].join('\n')
}

function instabilityCell(asked: AskedExperiment, style: CellStyle): string {
  const { of, options } = asked
  const analysis = freeName('analysis', style)
  const told = text({ ...options, ...where(style) })
  if (of === undefined)
    return [`const ${analysis} = await lab.instability(${preset(asked)}, ${told})`, analysis].join('\n')
  const tickets = freeName('tickets', style)
  return [
    `const ${tickets} = await ${stored(of)}${comment(style)}`,
    `const ${analysis} = await lab.instability(${tickets}, ${told})`,
    analysis,
  ].join('\n')
}

function preset({ preset, presetOptions = {} }: AskedExperiment): string {
  const options = Object.keys(presetOptions).length === 0 ? [] : [text(presetOptions)]
  return `lab.preset(${[text(preset), ...options].join(', ')})`
}

function stored(of: unknown): string {
  return `lab.stored(${text(of)})`
}

function comment({ called }: CellStyle): string {
  return called === undefined ? '' : ` // ${called.replaceAll(/\s+/g, ' ')}`
}

function where({ run }: CellStyle): OptionValues {
  return run === undefined ? {} : { run }
}

function freeName(wanted: string, { isTaken = () => false }: CellStyle): string {
  let name = wanted
  for (let count = 2; isTaken(name); count++) name = `${wanted}${count}`
  return name
}

/** A name of a member as it stands before the colon. */
function key(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : text(name)
}

function text(value: unknown): string {
  return inspect(value, {
    depth: null,
    breakLength: Infinity,
    compact: true,
    maxArrayLength: null,
    maxStringLength: null,
  })
}
