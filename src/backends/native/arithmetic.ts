/**
 * The arithmetic of the native backend, part of every digest. It changes with every change of its kernels, of the
 * order in which they are called or of when a layer is sparse, that may change a bit of a result; the test of golden
 * bits says when that is so. It is the same for all instruction sets.
 */
export const nativeArithmetic = 'native-1'
