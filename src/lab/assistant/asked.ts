import { inspect } from 'node:util'
import { controls, type ControlKind } from '../../experiments/control'
import { badInput } from '../../support/errors'
import { checkOptions, lookUp, type Checks } from '../../support/options'
import { show } from '../../support/show'
import { presetNames, publishedPresetNames } from '../asked/presets'
import { presetChecks } from '../asked/presets/options'
import { instabilityChecks } from '../asked/instability-options'
import { pruningChecks } from '../asked/pruning-options'

/** An experiment as an assistant asks for it: data, of which nothing is executed. */
export interface AskedExperiment {
  readonly kind: ExperimentKind
  readonly preset: (typeof presetNames)[number]
  /** What differs from the paper's values. */
  readonly presetOptions?: Readonly<Record<string, unknown>>
  readonly options: Readonly<Record<string, unknown>>
  /** What the tickets are compared with. */
  readonly controls?: readonly ControlKind[]
}

/** The methods of `lab` that assistants may ask for. */
export type ExperimentKind = 'imp' | 'oneShot' | 'instability'

interface Kind {
  readonly what: string
  /** What its options are called. */
  readonly options: readonly string[]
  readonly takesControls: boolean
}

const kinds: Readonly<Record<ExperimentKind, Kind>> = {
  imp: {
    what: 'iterative magnitude pruning with rewinding (lab.imp)',
    options: Object.keys(pruningChecks),
    takesControls: true,
  },
  oneShot: {
    what: 'one-shot pruning, also before training by SNIP, GraSP or SynFlow (lab.oneShot)',
    options: Object.keys(pruningChecks),
    takesControls: true,
  },
  instability: {
    what: 'instability analysis: error barriers between copies trained on other orders of the data (lab.instability)',
    options: Object.keys(instabilityChecks),
    takesControls: false,
  },
}

/** The JSON schema of {@link AskedExperiment}, out of the tables of options that cells are checked by. */
export function experimentSchema(): Readonly<Record<string, unknown>> {
  const any = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, {}]))
  const options = [...new Set(Object.values(kinds).flatMap((kind) => kind.options))]
  return {
    type: 'object',
    additionalProperties: false,
    required: ['kind', 'preset', 'options'],
    properties: {
      kind: {
        enum: Object.keys(kinds),
        description: Object.entries(kinds)
          .map(([name, { what }]) => `${name}: ${what}`)
          .join('; '),
      },
      preset: { enum: publishedPresetNames, description: "A network and a dataset with a paper's values." },
      presetOptions: {
        type: 'object',
        additionalProperties: false,
        properties: any(Object.keys(presetChecks)),
        description: 'What differs from the paper\'s values, such as { "steps": 2000, "replicates": 3 }.',
      },
      options: {
        type: 'object',
        additionalProperties: false,
        properties: any(options),
        description:
          'Options of the method: { "levels": 8 } of imp and oneShot, { "steps": [0, 100] } of instability.',
      },
      controls: {
        type: 'array',
        items: { enum: Object.keys(controls) },
        description:
          'What tickets of imp or oneShot are compared with: at least random-reinit and random-mask.',
      },
    },
  }
}

const presetTable = nameTable(
  Object.fromEntries(presetNames.map((name) => [name, true])) as Record<AskedExperiment['preset'], true>,
)

const checks: Checks<AskedExperiment> = {
  kind: (value) => lookUp(nameTable(kinds), value, 'kind of experiment'),
  preset: (value) => lookUp(presetTable, value, 'preset'),
  presetOptions: objectIn,
  options: objectIn,
  controls: (value) => {
    if (!Array.isArray(value))
      throw badInput('a list of controls', show(value), `For example ["random-reinit"].`)
    return value.map((one: unknown) => lookUp(nameTable(controls), one, 'control'))
  },
}

/** @throws TicketLabError `bad-input`; what its options say is checked by the method itself */
export function checkAsked(value: unknown): AskedExperiment {
  const { kind, preset, options, ...rest } = checkOptions<AskedExperiment>(
    value ?? {},
    checks,
    'the experiment',
  )
  if (kind === undefined || preset === undefined || options === undefined) {
    throw badInput(
      '{ kind, preset, options } of the experiment',
      show(value),
      'For example { "kind": "imp", "preset": "lenet-mnist", "options": { "levels": 8 } }.',
    )
  }
  if (rest.controls && rest.controls.length > 0 && !kinds[kind].takesControls) {
    throw badInput('controls of imp or oneShot', `controls of ${kind}`, 'Leave them out.')
  }
  return { kind, preset, options, ...rest }
}

/** The cell that does the same, for the notebook that is the record of it. @param run where it is computed */
export function cellOf(
  { kind, preset, presetOptions, options, controls: kinds = [] }: AskedExperiment,
  run?: unknown,
): string {
  const where = run === undefined ? {} : { run }
  const setup = [text(preset), ...(presetOptions ? [text(presetOptions)] : [])].join(', ')
  const [first, ...others] = [
    'tickets',
    ...kinds.map((one) => one.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())),
  ]
  const results = kind === 'instability' ? 'analysis' : first
  return [
    `const ${results} = await lab.${kind}(lab.preset(${setup}), ${text({ ...options, ...where })})`,
    ...kinds.map((one, index) => {
      const more = run === undefined ? '' : `, ${text(where)}`
      return `const ${others[index]} = await lab.control(${results}, ${text(one)}${more})`
    }),
    ...(kinds.length > 0 ? [`lab.plot.accuracy(${[results, ...others].join(', ')})`] : []),
    results,
  ].join('\n')
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

function objectIn(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>
  throw badInput(`${name} to be an object`, show(value))
}

/** The names of a table, each under itself. */
function nameTable<Name extends string>(
  table: Readonly<Record<Name, unknown>>,
): Readonly<Record<Name, Name>> {
  return Object.fromEntries(Object.keys(table).map((name) => [name, name])) as Record<Name, Name>
}
