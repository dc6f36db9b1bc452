import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import { cancelled } from '../../../support/file-lock'

export interface ProcessRequest {
  readonly program: string
  readonly arguments: readonly string[]
  readonly folder?: string
  readonly environment?: NodeJS.ProcessEnv
  readonly signal?: AbortSignal | undefined
  /** Called with each line that it prints, on either stream. */
  readonly onLine?: (line: string) => void
  /** A file that everything it prints is appended to. */
  readonly log?: string
  /** Kills it after this many milliseconds. */
  readonly limit?: number
}

/** How a process ended. `output` is the end of what it printed, at most 20,000 characters. */
export type ProcessResult =
  | { readonly kind: 'exited'; readonly code: number; readonly output: string }
  | { readonly kind: 'killed'; readonly by: string; readonly output: string }
  | { readonly kind: 'not-found'; readonly output: '' }

const outputKept = 20_000
const patience = 3_000
const running = new Set<ChildProcess>()
// Children have process groups of their own, which Ctrl-C in a terminal does not reach.
process.on('exit', () => running.forEach((child) => killTree(child, 'SIGKILL')))

/**
 * Runs a program to its end. Never throws for what the program does: how it ended is data.
 * @throws TicketLabError `cancelled` once `signal` is aborted and the program with all its children is gone
 */
export function runProcess(request: ProcessRequest): Promise<ProcessResult> {
  const { program, signal, log } = request
  if (signal?.aborted) return Promise.reject(cancelled())
  if (log) appendFileSync(log, `\n$ ${[program, ...request.arguments].join(' ')}\n`)
  return new Promise((resolve, reject) => {
    const posix = process.platform !== 'win32'
    const child = spawn(program, request.arguments, {
      cwd: request.folder,
      env: request.environment ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: posix,
      // npm on Windows is a script for the shell; none of our arguments needs quoting.
      shell: !posix && program === 'npm',
      windowsHide: true,
    })
    running.add(child)
    let output = ''
    let late: NodeJS.Timeout | undefined
    let limited = false
    const stop = () => {
      killTree(child, 'SIGTERM')
      late = setTimeout(() => killTree(child, 'SIGKILL'), patience)
    }
    const stopLate = () => {
      limited = true
      stop()
    }
    const limit = request.limit && setTimeout(stopLate, request.limit)
    signal?.addEventListener('abort', stop, { once: true })
    let failure: unknown
    const receive = (lines: (text: string) => void) => (chunk: string) => {
      output = (output + chunk).slice(-outputKept)
      try {
        if (log) appendFileSync(log, chunk)
        lines(chunk)
      } catch (error) {
        failure ??= error
        stop()
      }
    }
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', receive(splitLines(request.onLine)))
    }
    const settle = () => {
      running.delete(child)
      signal?.removeEventListener('abort', stop)
      clearTimeout(late)
      if (limit) clearTimeout(limit)
    }
    child.once('error', (error: NodeJS.ErrnoException) => {
      settle()
      if (error.code === 'ENOENT') resolve({ kind: 'not-found', output: '' })
      else reject(error)
    })
    child.once('close', (code, by) => {
      // What it started may have outlived it.
      if (signal?.aborted) killTree(child, 'SIGKILL')
      settle()
      if (signal?.aborted) reject(cancelled())
      else if (failure !== undefined) reject(toError(failure))
      else if (limited)
        resolve({ kind: 'killed', by: `the time limit of ${request.limit! / 1000} s`, output })
      else if (code === null) resolve({ kind: 'killed', by: by ?? 'an unknown signal', output })
      else resolve({ kind: 'exited', code, output })
    })
  })
}

/** Whether it exited with code 0. */
export function succeeded(result: ProcessResult): boolean {
  return result.kind === 'exited' && result.code === 0
}

/** How a process failed, for a message: the outcome and the last lines that it printed. */
export function describeResult(result: ProcessResult): string {
  if (result.kind === 'not-found') return 'the program is not there'
  const end = result.output.trim().split('\n').slice(-6).join('\n').trim()
  const how = result.kind === 'exited' ? `exit code ${result.code}` : `killed by ${result.by}`
  return end ? `${how}:\n${end}` : how
}

function killTree(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    if (process.platform === 'win32') spawnSync('taskkill', ['/pid', String(child.pid), '/T', '/F'])
    else process.kill(-child.pid, signal)
  } catch (error) {
    // It had ended by itself.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}

function splitLines(onLine: ((line: string) => void) | undefined): (chunk: string) => void {
  let rest = ''
  return (chunk) => {
    if (!onLine) return
    const lines = (rest + chunk).split(/\r?\n|\r/)
    rest = lines.pop() ?? ''
    for (const line of lines) if (line.trim()) onLine(line)
  }
}
