import type { AskedExperiment, OptionValues } from '../../../lab/assistant/asked'
import type { Answers, Known, KnownPreset, Varied } from './questions'
import { shorter, shortReplicates } from './questions'
import { numbersIn } from './numbers'

/** What all questions answered ask for; what is the default anyway is left out. */
export function askedFrom(answers: Answers, known: Known): AskedExperiment {
  const { kind, of, levels, controls = [], copiedAt = '', analysed } = answers
  const found = known.presets.find(({ item }) => item.label === answers.preset)
  const preset = found ? { preset: found.item.label as NonNullable<AskedExperiment['preset']> } : {}
  const sized = found ? presetOptionsOf(answers, found) : {}
  const changed = Object.keys(sized).length === 0 ? {} : { presetOptions: sized }
  const compared = controls.length === 0 ? {} : { controls }
  if (kind === undefined) throw new Error('The first question was not answered.')
  switch (kind) {
    case 'imp':
    case 'oneShot':
      return { kind, ...preset, ...changed, options: pruningOptionsOf(answers), ...compared }
    case 'variants':
      return {
        kind,
        ...preset,
        ...changed,
        variants: variantsOf(answers),
        options: { levels: Number(levels) },
      }
    case 'control':
      return { kind, of: shortDigest(of), options: {}, controls }
    case 'instability':
      return { kind, ...preset, ...changed, options: { steps: numbersIn(copiedAt) } }
    case 'instabilityOfTickets': {
      const all = known.experiments.find(({ digest }) => digest === of)?.levels ?? []
      const chosen = analysed === undefined ? all : numbersIn(analysed)
      const isAll = all.every((level) => chosen.includes(level))
      return {
        ...{ kind: 'instability', of: shortDigest(of) },
        options: { steps: numbersIn(copiedAt), ...(isAll ? {} : { levels: chosen }) },
      }
    }
  }
}

/** As much of a digest as cells and lists show. */
function shortDigest(digest = ''): string {
  return digest.slice(0, 12)
}

function presetOptionsOf(
  { size = 'paper', steps, replicates, after, rewindTo }: Answers,
  { about }: KnownPreset,
): OptionValues {
  const sizes = {
    paper: [about.steps, about.replicates],
    short: [shorter(about), shortReplicates],
    own: [Number(steps), Number(replicates)],
  } as const satisfies Record<NonNullable<Answers['size']>, readonly [number, number]>
  const [trained, repeated] = sizes[size]
  return {
    ...(trained === about.steps ? {} : { steps: trained }),
    ...(repeated === about.replicates ? {} : { replicates: repeated }),
    ...(after === 'rewind-to' && Number(rewindTo) !== about.rewindTo ? { rewindTo: Number(rewindTo) } : {}),
  }
}

function pruningOptionsOf({ levels, criterion = 'magnitude', after, fineTuneSteps }: Answers): OptionValues {
  return {
    levels: Number(levels),
    ...(criterion === 'magnitude' ? {} : { criterion }),
    ...(after === 'learning-rate' ? { afterPruning: after } : {}),
    ...(after === 'fine-tune' ? { afterPruning: after, fineTuneSteps: Number(fineTuneSteps) } : {}),
  }
}

const variedWords: Readonly<Record<Varied, string>> = {
  learningRate: 'learning rate',
  rewindTo: 'k =',
  batchSize: 'batch size',
  weightDecay: 'weight decay',
}

function variantsOf({
  varied = 'learningRate',
  values = '',
}: Answers): Readonly<Record<string, OptionValues>> {
  return Object.fromEntries(
    numbersIn(values).map((value) => [`${variedWords[varied]} ${value}`, { [varied]: value }]),
  )
}
