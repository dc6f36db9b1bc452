import type { Examples, Split } from '../../src/datasets/dataset'

/** Examples of two pixels, which spell the example's number, and of class number mod `classes`. */
export function numberedExamples(train: number, test = 3, classes = 10): Examples {
  const split = (count: number): Split => ({
    images: Uint8Array.from({ length: 2 * count }, (_, i) => (i % 2 === 0 ? i / 2 : (i - 1) / 512)),
    labels: Uint8Array.from({ length: count }, (_, i) => i % classes),
    count,
  })
  return {
    shape: [1, 2, 1],
    classes,
    normalize: { mean: [0.5], deviation: [0.25] },
    train: split(train),
    test: split(test),
  }
}

/** Which of the numbered examples a split has. */
export function numbersOf({ images, count }: Split): number[] {
  return Array.from({ length: count }, (_, i) => images[2 * i]! + 256 * images[2 * i + 1]!)
}
