/**
 * The arithmetic of the wasm backend, part of every digest. It changes with every change of the kernels, of the order
 * in which they are called or of when a layer is sparse, that may change a bit of a result; the test of golden bits
 * says when that is so.
 */
export const wasmArithmetic = 'wasm-1'
