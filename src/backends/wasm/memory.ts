import { TicketLabError } from '../../support/errors'
import { binary } from './binary'

/** Where something lies in a memory, in bytes. */
export type Pointer = number

/** The exports of the kernels: numbers in, at most a number out. See `kernels/` for what they do. */
export type Kernels = Readonly<Record<KernelName, (...numbers: number[]) => void>>

export type KernelName =
  | 'denseMultiply'
  | 'denseWeightGradient'
  | 'multiplyMatrices'
  | 'sparseMultiply'
  | 'sparseWeightGradient'
  | 'reorder'
  | 'relu'
  | 'reluGradient'
  | 'add'
  | 'addBias'
  | 'biasGradient'
  | 'scaleRows'
  | 'rowDot'
  | 'mean'
  | 'spread'
  | 'denseConvolve'
  | 'sparseConvolve'
  | 'packPlanes'
  | 'denseFilterGradient'
  | 'sparseFilterGradient'
  | 'maxPool'
  | 'maxPoolGradient'
  | 'maxPoolTangent'
  | 'averagePool'
  | 'averagePoolGradient'
  | 'addChannels'
  | 'channelSums'
  | 'foldSums'
  | 'meanOfPositions'
  | 'spreadToPositions'
  | 'copyChannels'
  | 'multiply'
  | 'clear'
  | 'moments'
  | 'finishMoments'
  | 'normFactors'
  | 'normalize'
  | 'slopeMoments'
  | 'finishSlopes'
  | 'normGradient'
  | 'productMoments'
  | 'finishCurvature'
  | 'normCurvature'
  | 'follow'
  | 'dropout'
  | 'gatherImages'
  | 'gatherVariants'
  | 'gatherLabels'
  | 'softmaxCrossEntropy'
  | 'softmaxGradient'
  | 'correct'
  | 'sgd'
  | 'momentum'
  | 'adam'

/**
 * The kernels with a memory of their own, which is given out from the bottom up and taken back down to a mark. Views
 * of it are made when they are needed, because growing detaches the old ones.
 */
export interface Machine {
  readonly kernels: Kernels
  /** Bytes of zeros, aligned to 64, with 64 more behind them that kernels may read. */
  allocate(bytes: number): Pointer
  /** What is allocated so far; {@link release} gives back what came after it. */
  mark(): Pointer
  release(mark: Pointer): void
  floats(pointer: Pointer, count: number): Float32Array
  integers(pointer: Pointer, count: number): Uint32Array
  bytes(pointer: Pointer, count: number): Uint8Array
}

/** A part of the WebAssembly API, whose types come with those of browsers only. */
interface WasmMemory {
  readonly buffer: ArrayBuffer
  grow(pages: number): number
}
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Memory: new (limits: { initial: number; maximum: number }) => WasmMemory
  readonly Instance: new (module: object, imports: { env: { memory: WasmMemory } }) => { exports: object }
}

const pageSize = 65536
/** WebAssembly addresses 4 GiB. */
const maximumPages = 65536
/** Behind what AssemblyScript might keep at the bottom. */
const bottom = 1024

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

export function createMachine(): Machine {
  const memory = new WebAssembly.Memory({ initial: 16, maximum: maximumPages })
  const instance = new WebAssembly.Instance(compileKernels(), { env: { memory } })
  let top = bottom

  return {
    kernels: instance.exports as Kernels,
    allocate(bytes) {
      const pointer = top
      top = pointer + Math.ceil(bytes / 64) * 64 + 64
      const missing = Math.ceil(top / pageSize) - memory.buffer.byteLength / pageSize
      if (missing > 0) grow(memory, missing)
      new Uint8Array(memory.buffer, pointer, top - pointer).fill(0)
      return pointer
    },
    mark: () => top,
    release(mark) {
      top = mark
    },
    floats: (pointer, count) => new Float32Array(memory.buffer, pointer, count),
    integers: (pointer, count) => new Uint32Array(memory.buffer, pointer, count),
    bytes: (pointer, count) => new Uint8Array(memory.buffer, pointer, count),
  }
}

function grow(memory: WasmMemory, pages: number): void {
  try {
    memory.grow(pages)
  } catch {
    const mebibytes = Math.ceil((memory.buffer.byteLength + pages * pageSize) / 2 ** 20)
    throw new TicketLabError(
      'backend-failed',
      `The network and its data need ${mebibytes} MiB of memory, which could not be had. ` +
        'Use a smaller network or batch, or run fewer trainings at once.',
    )
  }
}
