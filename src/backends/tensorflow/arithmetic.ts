/** Changes with every change of the graphs that may change a bit of their results. */
const graphVersion = 1

/**
 * The arithmetic of the tensorflow backend, part of every digest; known without loading TensorFlow.
 * @param threads within one operation; another number than 1 may give other bits
 */
export function arithmeticOf(tensorflowVersion: string, threads = 1): string {
  const suffix = threads === 1 ? '' : `-threads-${threads}`
  return `tensorflow-${tensorflowVersion}-graph-${graphVersion}${suffix}`
}
