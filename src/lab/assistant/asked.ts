import { controls, type ControlKind } from '../../experiments/control-kinds'
import { badInput } from '../../support/errors'
import { checkOptions, lookUp, text, type Checks } from '../../support/options'
import { show } from '../../support/show'
import { controlChecks } from '../asked/control-options'
import { instabilityChecks } from '../asked/instability-options'
import { presetNames, publishedPresetNames } from '../asked/presets'
import { presetChecks } from '../asked/presets/options'
import { pruningChecks } from '../asked/pruning-options'

/** An experiment as an assistant, or the questions of _Run Experiment…_, ask for it: data, of which nothing is executed. */
export interface AskedExperiment {
  readonly kind: ExperimentKind
  /** What it starts from: a preset, or an experiment in the store. */
  readonly preset?: PresetName
  /** What differs from the paper's values. */
  readonly presetOptions?: OptionValues
  /** The name, digest or beginning of a digest of an experiment in the store. */
  readonly of?: string
  /** What each variant changes of the preset, beside `presetOptions`, by the names of the variants. */
  readonly variants?: Readonly<Record<string, OptionValues>>
  readonly options: OptionValues
  /** What the tickets are compared with. */
  readonly controls?: readonly ControlKind[]
}

type PresetName = (typeof presetNames)[number]

/** Options by their names, as yet unchecked. */
export type OptionValues = Readonly<Record<string, unknown>>

/** The methods of `lab` that may be asked for. */
export type ExperimentKind = 'imp' | 'oneShot' | 'variants' | 'control' | 'instability'

interface Kind {
  readonly what: string
  /** What its options are called. */
  readonly options: readonly string[]
  readonly from: readonly ('preset' | 'of')[]
  /** Whether tickets can be compared with controls: `must` for what is nothing else. */
  readonly controls: 'never' | 'may' | 'must'
}

const pruning = Object.keys(pruningChecks)

const kinds: Readonly<Record<ExperimentKind, Kind>> = {
  imp: {
    what: 'iterative magnitude pruning with rewinding (lab.imp)',
    options: pruning,
    from: ['preset'],
    controls: 'may',
  },
  oneShot: {
    what: 'one-shot pruning, also before training by SNIP, GraSP or SynFlow (lab.oneShot)',
    options: pruning,
    from: ['preset'],
    controls: 'may',
  },
  variants: {
    what: 'the same pruning of several variants of a preset, in one plot (lab.variants)',
    options: [...pruning, 'oneShot'],
    from: ['preset'],
    controls: 'never',
  },
  control: {
    what: 'controls for the tickets of an experiment in the store (lab.control)',
    options: Object.keys(controlChecks),
    from: ['of'],
    controls: 'must',
  },
  instability: {
    what: 'instability analysis: error barriers between copies trained on other orders of the data (lab.instability)',
    options: Object.keys(instabilityChecks),
    from: ['preset', 'of'],
    controls: 'never',
  },
}

/** The JSON schema of {@link AskedExperiment}, out of the tables of options that cells are checked by. */
export function experimentSchema(): OptionValues {
  const any = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, {}]))
  const options = [...new Set(Object.values(kinds).flatMap((kind) => kind.options))]
  const ofPresets = {
    type: 'object',
    additionalProperties: false,
    properties: any(Object.keys(presetChecks)),
  }
  return {
    type: 'object',
    additionalProperties: false,
    required: ['kind', 'options'],
    properties: {
      kind: {
        enum: Object.keys(kinds),
        description: Object.entries(kinds)
          .map(([name, { what }]) => `${name}: ${what}`)
          .join('; '),
      },
      preset: {
        enum: publishedPresetNames,
        description: "A network and a dataset with a paper's values; for all kinds but control.",
      },
      presetOptions: {
        ...ofPresets,
        description: 'What differs from the paper\'s values, such as { "steps": 2000, "replicates": 3 }.',
      },
      of: {
        type: 'string',
        description:
          'An experiment in the store, by its digest as ticketlab_results lists it: the tickets of control, or of instability.',
      },
      variants: {
        type: 'object',
        additionalProperties: ofPresets,
        description:
          'For variants: options of the preset by the name of each variant, such as { "lr 0.1": { "learningRate": 0.1 } }.',
      },
      options: {
        type: 'object',
        additionalProperties: false,
        properties: any(options),
        description:
          'Options of the method: { "levels": 8 } of imp, oneShot and variants, { "steps": [0, 100] } of instability.',
      },
      controls: {
        type: 'array',
        items: { enum: Object.keys(controls) },
        description:
          'What tickets of imp or oneShot are compared with: at least random-reinit and random-mask. Of control: which.',
      },
    },
  }
}

const presetTable = nameTable(
  Object.fromEntries(presetNames.map((name) => [name, true])) as Record<PresetName, true>,
)

const checks: Checks<AskedExperiment> = {
  kind: (value) => lookUp(nameTable(kinds), value, 'kind of experiment'),
  preset: (value) => lookUp(presetTable, value, 'preset'),
  presetOptions: objectIn,
  of: text,
  variants: (value, name) =>
    Object.fromEntries(Object.entries(objectIn(value, name)).map(([key, one]) => [key, objectIn(one, key)])),
  options: objectIn,
  controls: (value) => {
    if (!Array.isArray(value))
      throw badInput('a list of controls', show(value), `For example ["random-reinit"].`)
    return value.map((one: unknown) => lookUp(nameTable(controls), one, 'control'))
  },
}

/** @throws TicketLabError `bad-input`; what its options say is checked by the method itself */
export function checkAsked(value: unknown): AskedExperiment {
  const { kind, options, ...rest } = checkOptions<AskedExperiment>(value ?? {}, checks, 'the experiment')
  if (kind === undefined || options === undefined) {
    throw badInput(
      '{ kind, preset, options } of the experiment',
      show(value),
      'For example { "kind": "imp", "preset": "lenet-mnist", "options": { "levels": 8 } }.',
    )
  }
  checkSource(kind, rest)
  checkParts(kind, rest)
  return { kind, options, ...rest }
}

function checkSource(kind: ExperimentKind, { preset, presetOptions, of }: Partial<AskedExperiment>): void {
  const { from } = kinds[kind]
  const given = [...(preset === undefined ? [] : ['preset']), ...(of === undefined ? [] : ['of'])]
  const [only] = given
  if (given.length !== 1 || !from.some((one) => one === only)) {
    throw badInput(
      `${from.join(', or ')} in the experiment, from which ${kind} starts`,
      given.length === 0 ? 'none' : given.join(' and '),
      'preset names a network and a dataset, of an experiment in the store.',
    )
  }
  if (of !== undefined && presetOptions) {
    throw badInput(
      'presetOptions beside a preset',
      'presetOptions of an experiment in the store',
      'Leave them out.',
    )
  }
}

function checkParts(kind: ExperimentKind, { variants, controls = [] }: Partial<AskedExperiment>): void {
  const takes = kinds[kind].controls
  if (takes === 'never' && controls.length > 0) {
    throw badInput('controls of imp or oneShot', `controls of ${kind}`, 'Leave them out.')
  }
  if (takes === 'must' && controls.length === 0) {
    throw badInput('controls to run', 'none', 'For example "controls": ["random-mask"].')
  }
  if ((kind === 'variants') === (variants !== undefined)) return
  throw badInput(
    kind === 'variants' ? 'variants by their names' : `no variants beside the kind ${kind}`,
    kind === 'variants' ? 'none' : 'some',
    'For example { "kind": "variants", "variants": { "lr 0.1": { "learningRate": 0.1 } } }.',
  )
}

function objectIn(value: unknown, name: string): OptionValues {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as OptionValues
  throw badInput(`${name} to be an object`, show(value))
}

/** The names of a table, each under itself. */
function nameTable<Name extends string>(
  table: Readonly<Record<Name, unknown>>,
): Readonly<Record<Name, Name>> {
  return Object.fromEntries(Object.keys(table).map((name) => [name, name])) as Record<Name, Name>
}
