import type { Extent } from './primitives'
import type { StepProgram } from './program'

/**
 * Multiply-adds of products and convolutions that the evaluation of one example takes, without masks; everything else
 * is little beside them.
 */
export function multiplyAdds({ evaluation, shapes }: Pick<StepProgram, 'evaluation' | 'shapes'>): number {
  let sum = 0
  for (const primitive of evaluation.primitives) {
    if (primitive.op === 'matmul') {
      const inner = shapes[primitive.left]![primitive.transposeLeft ? 0 : 1]!
      sum += perExample([...shapes[primitive.output]!, inner])
    }
    if (primitive.op === 'convolution') {
      sum += perExample([...shapes[primitive.output]!, ...shapes[primitive.filter]!.slice(0, 3)])
    }
  }
  return sum
}

const largestBlock = 500

/**
 * How many examples are evaluated at once. Sums are rounded differently in blocks of another size, so it must follow
 * from the program alone, and stay what it was.
 * @param work multiply-adds that a backend does in about a tenth of a second
 */
export function evaluationBlock(program: StepProgram, work: number): number {
  // Dense networks were evaluated in blocks of 500 before there were others.
  if (!program.evaluation.primitives.some(({ op }) => op === 'convolution')) return largestBlock
  return Math.max(1, Math.min(largestBlock, Math.floor(work / multiplyAdds(program))))
}

function perExample(extents: readonly Extent[]): number {
  return extents.reduce<number>((product, extent) => product * (extent === 'batch' ? 1 : extent), 1)
}
