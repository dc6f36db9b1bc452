import { TicketLabError } from '../../../support/errors'
import { describeResult, runProcess } from './processes'

/** What the addon said when it was really loaded and used. */
export interface Verification {
  readonly tensorflowVersion: string
}

// Runs in a process of its own: TensorFlow crashes rather than throws when the processor is too old for it.
const program = `
const binding = require(process.argv[1])
const matrix = (...values) => binding.createTensor([2, 2], binding.TF_FLOAT, Float32Array.from(values))
const flag = (name) => ({ name, type: binding.TF_ATTR_BOOL, value: false })
const attributes = [flag('transpose_a'), flag('transpose_b'), { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT }]
const [product] = binding.executeOp('MatMul', attributes, [matrix(1, 2, 3, 4), matrix(5, 6, 7, 8)], 1)
console.log('ticketlab ' + JSON.stringify({ version: binding.TF_Version, product: [...binding.tensorDataSync(product.id)] }))
`
const expected = '[19,22,43,50]'

/**
 * Loads the addon in a Node process of its own and multiplies two matrices. Takes about a second.
 * @throws TicketLabError `backend-failed` when it does not load, crashes or computes wrongly; `backend-unavailable`
 *   when the processor is too old for it
 */
export async function verifyBinding(
  binding: string,
  options: { node?: string | undefined; signal?: AbortSignal | undefined; log?: string } = {},
): Promise<Verification> {
  const result = await runProcess({
    program: options.node ?? process.execPath,
    arguments: ['-e', program, binding],
    environment: { ...process.env, ...asNode, TF_CPP_MIN_LOG_LEVEL: '3' },
    signal: options.signal,
    limit: 120_000,
    ...(options.log ? { log: options.log } : {}),
  })
  const said = /^ticketlab (.*)$/m.exec(result.output)?.[1]
  if (said !== undefined) {
    const { version, product } = JSON.parse(said) as { version: string; product: number[] }
    if (JSON.stringify(product) === expected) return { tensorflowVersion: version }
    throw new TicketLabError(
      'backend-failed',
      `TensorFlow ${version} loads, but multiplied two matrices to ${JSON.stringify(product)} instead of ${expected}. Run 'ticketlab backend install --force' to replace it.`,
    )
  }
  const old = result.kind === 'killed' && result.by === 'SIGILL'
  const advice = old
    ? 'The processor lacks instructions that TensorFlow needs (AVX): use another machine.'
    : "Run 'ticketlab backend install --force' to replace it."
  throw new TicketLabError(
    old ? 'backend-unavailable' : 'backend-failed',
    `Expected TensorFlow to load and multiply two matrices, found ${describeResult(result)}\n${advice}`,
  )
}

/** Makes VS Code's own Electron behave like Node, when that is what runs us. */
export const asNode = process.versions['electron'] ? { ELECTRON_RUN_AS_NODE: '1' } : {}
