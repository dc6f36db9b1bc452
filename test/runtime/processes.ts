import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { codeOf } from '../../src/support/files'

/** A process that tests talk to line by line. */
export interface Talker {
  readonly child: ChildProcess
  /** The next line that it prints. */
  line(): Promise<string>
  /** Kills it as `kill -9` does, and waits until it is gone. */
  kill(): Promise<void>
  readonly exited: Promise<number | null>
}

const running = new Set<ChildProcess>()

export function start(file: string, args: readonly string[]): Talker {
  const child = spawn(process.execPath, [file, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  running.add(child)
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  void exited.then(() => running.delete(child))
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  return {
    child,
    exited,
    async line() {
      const next = await lines.next()
      if (next.done === true) throw new Error('The process ended without another line.')
      return next.value
    },
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
  }
}

/** Ends what tests started and left running. */
export function killAll(): void {
  for (const child of running) child.kill('SIGKILL')
}

/** The processes that run the program `file`, children of `parent` where one is given. */
export async function processesOf(file: string, parent?: number): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,stat=,args='], {
    maxBuffer: 1 << 26,
  })
  return stdout
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line))
    .filter((match) => match !== null)
    .filter(([, , ppid, state, args]) => {
      const isOurs = parent === undefined || Number(ppid) === parent
      return isOurs && !state!.startsWith('Z') && args!.split(' ').includes(file)
    })
    .map(([, pid]) => Number(pid))
}

/**
 * Signals this process's children that run the program `file`; those that end meanwhile are left out.
 * @returns how many were there
 */
export async function signalAll(file: string, signal: 'SIGKILL' | 'SIGSTOP'): Promise<number> {
  const found = await processesOf(file, process.pid)
  return found.filter((pid) => {
    try {
      return process.kill(pid, signal)
    } catch (error) {
      if (codeOf(error) === 'ESRCH') return false
      throw error
    }
  }).length
}

/** The memory, in bytes, of the processes that run the program `file`. */
export async function residentBytes(file: string): Promise<number> {
  const pids = await processesOf(file)
  if (pids.length === 0) return 0
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', pids.join(',')])
  return stdout
    .trim()
    .split('\n')
    .reduce((sum, line) => sum + Number(line) * 1024, 0)
}
