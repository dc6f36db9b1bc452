import { execFile } from 'node:child_process'
import { readFile, readlink } from 'node:fs/promises'
import { hostname } from 'node:os'
import { promisify } from 'node:util'

/** Names one process among all that ever ran, as far as the machine can tell. */
export interface ProcessIdentity {
  readonly host: string
  /** The start of the operating system; absent where it cannot be told. */
  readonly boot?: string
  /** The container whose process ids these are, on Linux. */
  readonly space?: string
  readonly pid: number
  /** When the process started, in the machine's own words; absent where it cannot be told. */
  readonly start?: string
}

/** `unknown`: the process is of another machine or container, so only its heartbeat tells. */
export type Liveness = 'alive' | 'dead' | 'unknown'

let own: Promise<ProcessIdentity> | undefined

/** The identity of this process. */
export function ownIdentity(): Promise<ProcessIdentity> {
  own ??= identify()
  return own
}

async function identify(): Promise<ProcessIdentity> {
  const [boot, space, start] = await Promise.all([
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(unavailable),
    readlink('/proc/self/ns/pid').catch(unavailable),
    startOf(process.pid),
  ])
  return {
    host: hostname(),
    pid: process.pid,
    ...(boot ? { boot: boot.trim() } : {}),
    ...(space ? { space } : {}),
    ...(start !== undefined && start !== 'none' ? { start } : {}),
  }
}

/** Whether that process still runs, seen from this one. A process id that was given to another process is dead. */
export async function livenessOf(other: ProcessIdentity): Promise<Liveness> {
  const self = await ownIdentity()
  if (other.host !== self.host) return 'unknown'
  // After a restart of the machine nothing of before is left.
  if (other.boot !== self.boot)
    return other.boot !== undefined && self.boot !== undefined ? 'dead' : 'unknown'
  if (other.space !== self.space) return 'unknown'
  if (!exists(other.pid)) return 'dead'
  if (other.start === undefined) return 'unknown'
  const start = await startOf(other.pid)
  if (start === undefined) return 'unknown'
  return start === other.start ? 'alive' : 'dead'
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // A process of another user exists, though it may not be signalled.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** When a process started; 'none' when it has ended (a zombie has), `undefined` when it cannot be told. */
async function startOf(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(unavailable)
    // The command's name, in parentheses, may contain anything. State and start time are fields 3 and 22.
    const fields = line?.slice(line.lastIndexOf(')') + 2).split(' ')
    if (fields) return fields[0] === 'Z' || fields[0] === 'X' ? 'none' : fields[19]
    return exists(pid) ? undefined : 'none'
  }
  if (process.platform === 'win32') return undefined
  const listed = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)], {
    env: { ...process.env, LC_ALL: 'C' },
  }).catch(unavailable)
  return listed ? listed.stdout.trim() || 'none' : undefined
}

/** What cannot be read on this system is left out of the identity. */
function unavailable(): undefined {
  return undefined
}
