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
  /** Threads within one operation, which decide how sums are cut; 1 by default. */
  readonly threads?: number
}

/** The kernels for networks without convolutions. */
const denseKernels: Required<Kernels> = { oneDnn: false, threads: 1 }

/**
 * The kernels for networks with convolutions. Two threads on every machine, since their number decides bits: a step of
 * Conv-2 takes 55% of the time of one thread, one of ResNet-20 70%, and two trainings side by side on two cores lose
 * nothing and 15%.
 */
const convolutionKernels: Required<Kernels> = { oneDnn: true, threads: 2 }

/** The kernels that networks are trained with. @param convolutions whether they have any */
export function kernelsFor(convolutions: boolean): Required<Kernels> {
  return convolutions ? convolutionKernels : denseKernels
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

/** The kernels that an arithmetic was made of by {@link arithmeticOf}. */
export function kernelsOf(arithmetic: string): Required<Kernels> {
  const threads = /-threads-(\d+)$/.exec(arithmetic)?.[1]
  return { oneDnn: arithmetic.includes(oneDnnSuffix), threads: threads === undefined ? 1 : Number(threads) }
}
