import { TicketLabError } from '../../support/errors'
import type { Engine, Kernels, TileMemory } from '../tiles/machine'
import { binary } from './binary'

/** A part of the WebAssembly API, whose types come with those of browsers only. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object, imports: { env: { memory: TileMemory } }) => { exports: object }
}

let compiled: object | undefined

/** @throws TicketLabError `backend-failed` where WebAssembly is switched off or lacks SIMD */
export function compileKernels(): object {
  try {
    return (compiled ??= new WebAssembly.Module(Buffer.from(binary, 'base64')))
  } catch (error) {
    throw new TicketLabError(
      'backend-failed',
      `Expected a Node with WebAssembly and its SIMD instructions, found ${process.version} on ${process.arch}: ` +
        `${(error as Error).message}. Use another Node, or install TensorFlow.`,
    )
  }
}

/** The kernels as WebAssembly, which make every call at once. */
export function wasmOn(memory: TileMemory): Engine {
  const instance = new WebAssembly.Instance(compileKernels(), { env: { memory } })
  return { kernels: instance.exports as Kernels, settle: () => undefined }
}
