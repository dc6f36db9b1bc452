import type { Engine, KernelName, Kernels, TileMemory } from '../tiles/machine'

/** What the addon exports; see kernels/addon.c. */
export interface Addon {
  /** The kernels, in the order of their numbers. */
  readonly kernels: readonly KernelName[]
  /** The instruction sets that the processor has and the addon knows, the fastest first. */
  readonly sets: readonly string[]
  run(set: number, memory: ArrayBuffer, calls: Float64Array, length: number): void
}

/** Numbers that calls may take before they are made. */
const room = 16384
/** More than the arguments of any call. */
const longest = 32

/**
 * Kernels of an addon. Going from JavaScript to C takes longer than many a kernel, so a call is only noted down; all
 * that have come together are made when somebody looks into the memory, which is once or twice in a training step.
 * @param set which of the addon's instruction sets computes
 */
export function engineOf(addon: Addon, set: number): (memory: TileMemory) => Engine {
  return (memory) => {
    const calls = new Float64Array(room)
    let length = 0
    const settle = (): void => {
      if (length === 0) return
      const waiting = length
      length = 0
      addon.run(set, memory.buffer, calls, waiting)
    }
    const noted = (kernel: number) =>
      function (...numbers: number[]): void {
        if (length > room - longest) settle()
        calls[length] = kernel
        calls[length + 1] = numbers.length
        length += 2
        for (let index = 0; index < numbers.length; index++) calls[length++] = numbers[index]!
      }
    const kernels = Object.fromEntries(addon.kernels.map((name, index) => [name, noted(index)])) as Kernels
    return { kernels, settle }
  }
}
