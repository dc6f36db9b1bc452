import { TicketLabError } from '../support/errors'
import { permutation, randomStream, sample } from '../support/random'
import type { Dataset, DatasetSpec, Examples, LabelNoise, Split } from './dataset'

/**
 * Splits the training examples as the description says: validation examples are held out first, then some of the
 * others are chosen, then some of their labels are replaced. Each draws from a random stream of its own, so that one
 * does not change with another: fewer examples are a part of more, whatever the noise.
 *
 * @throws TicketLabError `bad-input` when there are not as many examples as asked for
 */
export function splitExamples(all: Examples, spec: DatasetSpec): Dataset {
  const { train: source, classes } = all
  const { splitSeed, validation } = spec
  checkCount('validation examples', validation, source.count - 1, 0)
  const order = permutation(source.count, randomStream(splitSeed, 'split'))
  const rest = order.subarray(validation)
  const train = take(source, spec.examples === undefined ? rest : choose(rest, spec.examples, splitSeed))
  return {
    ...all,
    train: spec.labelNoise ? withNoise(train, classes, spec.labelNoise, splitSeed) : train,
    validation: take(source, order.subarray(0, validation)),
  }
}

/** `count` of `examples`, in the order they had. */
function choose(examples: Uint32Array, count: number, seed: number): Uint32Array {
  checkCount('training examples', count, examples.length)
  const places = Uint32Array.from(examples, (_, place) => place)
  return sample(places, count, randomStream(seed, 'examples'))
    .sort()
    .map((place) => examples[place]!)
}

function withNoise(split: Split, classes: number, noise: LabelNoise, splitSeed: number): Split {
  const { fraction, seed = splitSeed } = noise
  if (!(fraction >= 0 && fraction <= 1)) {
    throw new TicketLabError(
      'bad-input',
      `Expected the fraction of wrong labels between 0 and 1, found ${fraction}.`,
    )
  }
  if (classes < 2) throw new TicketLabError('bad-input', 'A dataset of one class has no wrong labels.')
  const labels = split.labels.slice()
  const stream = randomStream(seed, 'label-noise')
  const all = Uint32Array.from(labels, (_, index) => index)
  for (const index of sample(all, Math.round(fraction * split.count), stream)) {
    labels[index] = (labels[index]! + 1 + stream.below(classes - 1)) % classes
  }
  return { ...split, labels }
}

function take(split: Split, which: Uint32Array): Split {
  const size = split.images.length / split.count
  const images = new Uint8Array(which.length * size)
  which.forEach((example, i) => {
    images.set(split.images.subarray(example * size, (example + 1) * size), i * size)
  })
  const labels =
    split.labels instanceof Uint16Array ? new Uint16Array(which.length) : new Uint8Array(which.length)
  which.forEach((example, i) => (labels[i] = split.labels[example]!))
  return { images, labels, count: which.length }
}

function checkCount(what: string, count: number, most: number, least = 1): void {
  if (Number.isInteger(count) && count >= least && count <= most) return
  throw new TicketLabError('bad-input', `Expected between ${least} and ${most} ${what}, found ${count}.`)
}
