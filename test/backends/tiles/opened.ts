import type { Backend } from '../../../src/backends/backend'
import { openNative } from '../../../src/backends/native/native'
import { openWasm } from '../../../src/backends/wasm/wasm'

/** The backend that a program of these tests is told to use: the native one at `argv[2]`, with the set `argv[3]`, or wasm. */
export function opened([, , binding, set]: readonly string[]): Backend {
  return binding === undefined ? openWasm() : openNative(binding, set)
}
