/** The package whose native addon runs TensorFlow for us. */
export const tfjsNodeVersion = '4.22.0'

/** The `tensorflow-cpu` wheel whose shared objects we take where tfjs-node's storage bucket cannot be reached. */
export const wheelVersion = '2.21.0'

/**
 * The Python that the wheel is asked for. Only its shared objects are used, which are the same for every Python,
 * so the machine's own Python may be older or newer than those that TensorFlow supports.
 */
export const wheelPython = { version: '3.11', abi: 'cp311' } as const

/** The oldest glibc that the wheel's shared objects run with. */
export const oldestGlibc = '2.27'

/** The headers of Node-API for building the addon: no other header of Node is needed. */
export const nodeApiHeadersVersion = '1.9.0'

/** Bytes that an installation needs at its largest: the wheel twice while pip saves it, libraries, packages. */
export const bytesNeeded = 2_000_000_000

/** Where the package, its addon and its libraries lie in a folder of ours. */
export const layout = {
  package: 'node_modules/@tensorflow/tfjs-node',
  binding: 'node_modules/@tensorflow/tfjs-node/lib/napi-v8/tfjs_binding.node',
  libraries: 'node_modules/@tensorflow/tfjs-node/deps/lib',
} as const
