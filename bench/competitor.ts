import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { build } from 'esbuild'

/** Bundles the program `ours.ts` of a bench into a folder. @returns its path, for {@link start} */
export async function buildOurs(bench: string, folder: string): Promise<string> {
  const outfile = join(folder, 'ours.cjs')
  await build({
    entryPoints: [join(bench, 'ours.ts')],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile,
    logLevel: 'warning',
  })
  return outfile
}

/** A process that trains the same network on data of the same shape. */
export interface Competitor {
  readonly what: string
  /** Sends a line that says what to do, and resolves to the line that says how long it took. */
  readonly ask: (question: string) => Promise<string>
  readonly stop: () => void
}

/**
 * Starts a competitor, which prints `ready`, and then answers every line that it reads with a line.
 * @throws Error with the last line of its complaints, when it ends before that
 */
export async function start(what: string, program: string, args: readonly string[]): Promise<Competitor> {
  const child = spawn(program, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3' },
  })
  let complaints = ''
  child.stderr.on('data', (part: Buffer) => (complaints += part.toString()))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      const last = complaints.trim().split('\n').at(-1) ?? ''
      reject(new Error(`${program} ended with ${code ?? 'a signal'}: ${last}`))
    })
  })
  // A competitor that is stopped at the end also closes; nobody waits for it then.
  failed.catch(() => undefined)
  // Where the output ends, the process has ended too, and its `close` says why.
  const nextLine = async (): Promise<string> => {
    const line = await Promise.race([lines.next(), failed])
    return line.done ? failed : line.value
  }
  while ((await nextLine()) !== 'ready');
  return {
    what,
    ask: (question) => {
      child.stdin.write(`${question}\n`)
      return nextLine()
    },
    stop: () => child.kill(),
  }
}

/** The middle one of some numbers. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
