/** Changes with every change of the graphs that may change a bit of their results. */
const graphVersion = 1

/** What decides, besides TensorFlow's version and the graph, the last bits of a result. */
export interface Kernels {
  /**
   * Whether oneDNN's kernels are used, with which a step of Conv-2 takes two thirds of the time, and one of ResNet-20
   * less than half. Dense layers gain nothing, and keep the bits that they had before there were convolutions. False by
   * default.
   */
  readonly oneDnn?: boolean
  /** Threads within one operation; 1 by default. */
  readonly threads?: number
}

/** The arithmetic of the tensorflow backend, part of every digest; known without loading TensorFlow. */
export function arithmeticOf(
  tensorflowVersion: string,
  { oneDnn = false, threads = 1 }: Kernels = {},
): string {
  const suffix = `${oneDnn ? oneDnnSuffix : ''}${threads === 1 ? '' : `-threads-${threads}`}`
  return `tensorflow-${tensorflowVersion}-graph-${graphVersion}${suffix}`
}

const oneDnnSuffix = '-onednn'

/** Whether an arithmetic is one of oneDNN's kernels. */
export function usesOneDnn(arithmetic: string): boolean {
  return arithmetic.includes(oneDnnSuffix)
}
