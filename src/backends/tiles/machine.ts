import { TicketLabError } from '../../support/errors'
import { optimizers, type OptimizerKind } from '../optimizers/all'

/** Where something lies in a memory, in bytes. */
export type Pointer = number

/** What computes: numbers in, nothing out. See `../wasm/kernels/` for what each does. */
export type Kernels = Readonly<Record<KernelName, (...numbers: number[]) => void>>

/** What kernels there are, in wasm and in C. */
export const kernelNames = [
  'denseMultiply',
  'denseWeightGradient',
  'multiplyMatrices',
  'sparseMultiply',
  'sparseWeightGradient',
  'reorder',
  'relu',
  'reluGradient',
  'add',
  'addBias',
  'biasGradient',
  'scaleRows',
  'rowDot',
  'mean',
  'spread',
  'denseConvolve',
  'sparseConvolve',
  'packPlanes',
  'denseFilterGradient',
  'sparseFilterGradient',
  'maxPool',
  'maxPoolGradient',
  'maxPoolTangent',
  'averagePool',
  'averagePoolGradient',
  'addChannels',
  'channelSums',
  'foldSums',
  'meanOfPositions',
  'spreadToPositions',
  'copyChannels',
  'multiply',
  'clear',
  'moments',
  'finishMoments',
  'normFactors',
  'normalize',
  'slopeMoments',
  'finishSlopes',
  'normGradient',
  'productMoments',
  'finishCurvature',
  'normCurvature',
  'follow',
  'dropout',
  'gatherImages',
  'gatherVariants',
  'gatherLabels',
  'softmaxCrossEntropy',
  'softmaxGradient',
  'correct',
  // The update of every optimizer.
  ...(Object.keys(optimizers) as readonly OptimizerKind[]),
] as const

export type KernelName = (typeof kernelNames)[number]

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

/** The memory of WebAssembly, whose types come with those of browsers only. Addons compute on it as well. */
export interface TileMemory {
  readonly buffer: ArrayBuffer
  grow(pages: number): number
}
declare const WebAssembly: {
  readonly Memory: new (limits: { initial: number; maximum: number }) => TileMemory
}

/** Kernels that compute on a memory. */
export interface Engine {
  readonly kernels: Kernels
  /** Makes the calls that the engine has only noted down; comes before anybody looks into the memory. */
  readonly settle: () => void
}

/** Lets a backend's kernels compute on a memory. */
export type EngineMaker = (memory: TileMemory) => Engine

const pageSize = 65536
/** WebAssembly addresses 4 GiB. */
const maximumPages = 65536
/** Behind what AssemblyScript might keep at the bottom. */
const bottom = 1024

export function createMachine(engineOn: EngineMaker): Machine {
  const memory = new WebAssembly.Memory({ initial: 16, maximum: maximumPages })
  const { kernels, settle } = engineOn(memory)
  let top = bottom
  const settled = (): ArrayBuffer => {
    settle()
    return memory.buffer
  }

  return {
    kernels,
    allocate(bytes) {
      settle()
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
    floats: (pointer, count) => new Float32Array(settled(), pointer, count),
    integers: (pointer, count) => new Uint32Array(settled(), pointer, count),
    bytes: (pointer, count) => new Uint8Array(settled(), pointer, count),
  }
}

function grow(memory: TileMemory, pages: number): void {
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
