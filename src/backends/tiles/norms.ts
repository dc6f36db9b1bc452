import type { Primitive } from '../primitives'
import { type Compilation, clearPadding, channelsOf } from './compilation'
import { padded } from './layout'
import type { Step } from './plan'

/** Batch norm in training and in evaluation, and its derivatives. */
export function translateNorm(
  step: Step,
  primitive: Extract<
    Primitive,
    { op: 'batchNorm' | 'batchNormInference' | 'batchNormGradient' | 'batchNormCurvature' }
  >,
  compilation: Compilation,
): () => void {
  switch (primitive.op) {
    case 'batchNorm':
    case 'batchNormInference':
      return translateForward(step, primitive, compilation)
    case 'batchNormGradient':
      return translateGradient(primitive, compilation)
    case 'batchNormCurvature':
      return translateCurvature(primitive, compilation)
  }
}

function translateForward(
  { relu = false, output }: Step,
  primitive: Extract<Primitive, { op: 'batchNorm' | 'batchNormInference' }>,
  compilation: Compilation,
): () => void {
  const { machine, around, tiles, bytes, at, write, scratch, lanes } = compilation
  const { kernels } = machine
  const { input, epsilon } = primitive
  const inTraining = primitive.op === 'batchNorm'
  const { positions, channels } = channelsOf(input, compilation)
  const [x, scale, offset] = [at(input), at(primitive.scale), at(primitive.offset)]
  const written = output ?? primitive.output
  const y = write(written)
  const [mean, variance] = [primitive.mean, primitive.variance].map(inTraining ? write : at) as [
    number,
    number,
  ]
  const tile = bytes(input) / tiles
  const fill = clearPadding(written, y, compilation)
  // Four sums in double precision for each channel, and then a factor.
  const room = scratch(channels * 32 + padded(channels) * 4)
  const takeMoments = () => {
    kernels.clear(room.pointer, channels * 32)
    for (let t = 0; t < tiles; t++) kernels.moments(x + t * tile, lanes(t), room.pointer, positions, channels)
    kernels.finishMoments(room.pointer, mean, variance, channels, positions * around.examples)
  }
  return () => {
    if (inTraining) takeMoments()
    const factors = room.pointer + channels * 32
    kernels.normFactors(variance, scale, epsilon, factors, channels)
    fill()
    for (let t = 0; t < tiles; t++) {
      kernels.normalize(x + t * tile, mean, factors, offset, y + t * tile, positions, channels, +relu)
    }
  }
}

function translateGradient(
  primitive: Extract<Primitive, { op: 'batchNormGradient' }>,
  compilation: Compilation,
): () => void {
  const { machine, around, tiles, bytes, at, write, scratch, lanes } = compilation
  const { kernels } = machine
  const { input, epsilon } = primitive
  const { positions, channels } = channelsOf(input, compilation)
  const [x, dy, scale] = [at(input), at(primitive.gradient), at(primitive.scale)]
  const [mean, variance] = [at(primitive.mean), at(primitive.variance)]
  const [ds, dOffset] = [write(primitive.scaleGradient), write(primitive.offsetGradient)]
  const dx = write(primitive.output)
  const tile = bytes(input) / tiles
  const fill = clearPadding(primitive.output, dx, compilation)
  // Four sums in double precision for each channel, and then four coefficients.
  const room = scratch(channels * 48)
  const count = positions * around.examples
  return () => {
    const [sums, coefficients] = [room.pointer, room.pointer + channels * 32]
    kernels.clear(sums, channels * 32)
    for (let t = 0; t < tiles; t++) {
      kernels.slopeMoments(x + t * tile, dy + t * tile, mean, lanes(t), sums, positions, channels)
    }
    kernels.finishSlopes(sums, variance, scale, epsilon, ds, dOffset, coefficients, channels, count)
    fill()
    for (let t = 0; t < tiles; t++) {
      const [from, slopes, to] = [x + t * tile, dy + t * tile, dx + t * tile]
      kernels.normGradient(from, slopes, mean, coefficients, lanes(t), to, positions, channels)
    }
  }
}

function translateCurvature(
  primitive: Extract<Primitive, { op: 'batchNormCurvature' }>,
  compilation: Compilation,
): () => void {
  const { machine, around, tiles, bytes, at, write, scratch, lanes } = compilation
  const { kernels } = machine
  const { input, epsilon } = primitive
  const { positions, channels } = channelsOf(input, compilation)
  const [x, a, u] = [at(input), at(primitive.slope), at(primitive.gradient)]
  const [scale, mean, variance] = [at(primitive.scale), at(primitive.mean), at(primitive.variance)]
  const [ds, dx] = [write(primitive.scaleGradient), write(primitive.output)]
  const tile = bytes(input) / tiles
  const fill = clearPadding(primitive.output, dx, compilation)
  // Three times four sums in double precision for each channel, and then four coefficients.
  const room = scratch(channels * 112)
  const count = positions * around.examples
  return () => {
    const slopes = room.pointer
    const [gradients, products] = [slopes + channels * 32, slopes + channels * 64]
    const coefficients = slopes + channels * 96
    kernels.clear(slopes, channels * 96)
    for (let t = 0; t < tiles; t++) {
      const [pixels, forward, back] = [x + t * tile, a + t * tile, u + t * tile]
      kernels.slopeMoments(pixels, forward, mean, lanes(t), slopes, positions, channels)
      kernels.slopeMoments(pixels, back, mean, lanes(t), gradients, positions, channels)
      kernels.productMoments(forward, back, lanes(t), products, positions, channels)
    }
    const [v, e] = [variance, epsilon]
    kernels.finishCurvature(slopes, gradients, products, v, scale, e, ds, coefficients, channels, count)
    fill()
    for (let t = 0; t < tiles; t++) {
      const [pixels, forward, back, to] = [x + t * tile, a + t * tile, u + t * tile, dx + t * tile]
      kernels.normCurvature(pixels, forward, back, mean, coefficients, lanes(t), to, positions, channels)
    }
  }
}
