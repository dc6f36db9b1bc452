import { TicketLabError } from '../../../support/errors'
import { describeResult, runProcess } from '../../tensorflow/installation/processes'
import { asNode } from '../../tensorflow/installation/verify'

/** What the addon said when it was really loaded and used. */
export interface NativeVerification {
  /** The instruction sets that it has and the processor knows, the fastest first. */
  readonly sets: readonly string[]
}

// Runs in a process of its own: code for another processor ends the process that loads it. Four examples' worth of a
// product, on every instruction set: x = 1, 2, 3, 4 for all examples, w = 1, 2, ..., 16.
const program = `
const addon = require(process.argv[1])
const kernel = addon.kernels.indexOf('denseMultiply')
const memory = new ArrayBuffer(4096)
const [x, w, y] = [128, 1024, 2048]
new Float32Array(memory, x, 128).forEach((_, index, all) => (all[index] = 1 + (index >> 5)))
new Float32Array(memory, w, 16).forEach((_, index, all) => (all[index] = 1 + index))
const products = addon.sets.map((_, set) => {
  new Float32Array(memory, y, 128).fill(0)
  addon.run(set, memory, Float64Array.of(kernel, 8, x, w, y, 1, 4, 4, 1, 4), 10)
  return [0, 1, 2, 3].flatMap((unit) => [...new Set(new Float32Array(memory, y + unit * 128, 32))])
})
console.log('ticketlab ' + JSON.stringify({ sets: addon.sets, products }))
`
const expected = '[30,70,110,150]'

/**
 * Loads the addon in a Node process of its own and multiplies two matrices with each of its instruction sets.
 * @throws TicketLabError `backend-failed` when it does not load, crashes or computes wrongly; `backend-unavailable`
 *   when the processor is too old for it
 */
export async function verifyNative(
  binding: string,
  options: { node?: string | undefined; signal?: AbortSignal | undefined; log?: string } = {},
): Promise<NativeVerification> {
  const result = await runProcess({
    program: options.node ?? process.execPath,
    arguments: ['-e', program, binding],
    environment: { ...process.env, ...asNode },
    signal: options.signal,
    limit: 60_000,
    ...(options.log ? { log: options.log } : {}),
  })
  const again = "Run 'ticketlab backend install native --force' to replace it."
  const said = /^ticketlab (.*)$/m.exec(result.output)?.[1]
  if (said === undefined) {
    throw new TicketLabError(
      'backend-failed',
      `Expected the native backend to load and multiply two matrices, found ${describeResult(result)}\n${again}`,
    )
  }
  const { sets, products } = JSON.parse(said) as { sets: string[]; products: number[][] }
  if (sets.length === 0) {
    throw new TicketLabError(
      'backend-unavailable',
      "The processor lacks the instructions that the native backend needs (AVX2 and FMA). Use { backend: 'wasm' }.",
    )
  }
  const wrong = products.findIndex((product) => JSON.stringify(product) !== expected)
  if (wrong < 0) return { sets }
  throw new TicketLabError(
    'backend-failed',
    `The native backend loads, but with ${sets[wrong]} multiplied two matrices to ${JSON.stringify(products[wrong])} ` +
      `instead of ${expected}. ${again}`,
  )
}
