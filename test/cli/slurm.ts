import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { temporaryFolder } from '../runtime/lab'

/** A Slurm cluster on this machine: a controller and nodes that have names of their own. */
export interface Slurm {
  /** What commands need in their environment. */
  readonly environment: Readonly<Record<string, string>>
  /** Ends a node as if its power were cut: its daemon and all that runs there. */
  killNode(name: string): Promise<void>
  stop(): Promise<void>
}

const execute = promisify(execFile)

/** Why there can be no Slurm here; `undefined` where there can. */
export async function noSlurm(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'Slurm runs on Linux only'
  if (process.getuid?.() !== 0) return 'its daemons are started as root here'
  for (const program of ['munged', 'slurmctld', 'slurmd', 'sbatch', 'unshare']) {
    const found = await execute('sh', ['-c', `command -v ${program}`]).catch(() => undefined)
    if (!found) return `${program} is not installed (apt-get install slurm-wlm munge)`
  }
  return undefined
}

/** @param names of nodes, each of two cores */
export async function startSlurm(names: readonly string[]): Promise<Slurm> {
  const { folder, remove } = await temporaryFolder()
  // Daemons refuse folders that others may write to.
  await chmod(folder, 0o755)
  const daemons = new Map<string, ChildProcess>()
  const at = (...parts: string[]) => join(folder, ...parts)
  for (const part of ['munge', 'state', ...names.map((name) => `spool-${name}`)])
    await mkdir(at(part), { mode: 0o755 })
  await writeFile(at('munge', 'key'), randomBytes(1024), { mode: 0o400 })
  const [controller, ...ports] = await freePorts(names.length + 1)
  const host = hostname()
  const configuration = at('slurm.conf')
  await writeFile(at('hosts'), `127.0.0.1 localhost ${host} ${names.join(' ')}\n`)
  const environment = { SLURM_CONF: configuration }
  await writeFile(
    configuration,
    [
      'ClusterName=lab',
      `SlurmctldHost=${host}(127.0.0.1)`,
      'AuthType=auth/munge',
      // A job that was put back waits for as long as its old credential is good.
      `AuthInfo=socket=${at('munge', 'socket')},cred_expire=5`,
      'CredType=cred/munge',
      'CommunicationParameters=NoInAddrAny,NoCtldInAddrAny',
      `SlurmctldPort=${controller}`,
      'SlurmUser=root',
      'SlurmdUser=root',
      `StateSaveLocation=${at('state')}`,
      `SlurmdSpoolDir=${at('spool-%n')}`,
      `SlurmctldPidFile=${at('slurmctld.pid')}`,
      `SlurmdPidFile=${at('slurmd-%n.pid')}`,
      `SlurmctldLogFile=${at('slurmctld.log')}`,
      `SlurmdLogFile=${at('slurmd-%n.log')}`,
      'ProctrackType=proctrack/linuxproc',
      'TaskPlugin=task/none',
      'SelectType=select/cons_tres',
      'SelectTypeParameters=CR_Core_Memory',
      'JobAcctGatherType=jobacct_gather/none',
      'MpiDefault=none',
      'ReturnToService=2',
      'KillWait=5',
      'SlurmdTimeout=20',
      'SlurmctldParameters=enable_configless',
      'SchedulerParameters=sched_interval=2,bf_interval=2',
      ...names.map(
        (name, index) =>
          `NodeName=${name} NodeHostname=${name} NodeAddr=127.0.0.1 Port=${ports[index]} CPUs=2 RealMemory=6000 State=UNKNOWN`,
      ),
      `PartitionName=main Nodes=${names.join(',')} Default=YES MaxTime=INFINITE State=UP`,
      '',
    ].join('\n'),
  )

  const run = (name: string, program: string, options: readonly string[]) => {
    const child = spawn(program, options, {
      env: { ...process.env, ...environment },
      stdio: 'ignore',
      detached: true,
    })
    daemons.set(name, child)
  }
  const killGroup = (child: ChildProcess) => {
    try {
      process.kill(-child.pid!, 'SIGKILL')
    } catch {
      // It has ended already.
    }
  }
  const stop = async () => {
    await execute('scancel', ['--user=root'], { env: { ...process.env, ...environment } }).catch(
      () => undefined,
    )
    for (const child of daemons.values()) killGroup(child)
    for (const name of names) await killJobs(at(`spool-${name}`))
    await remove()
  }
  const munge = (name: string) => at('munge', name)
  run('munged', 'munged', [
    '--foreground',
    '--force',
    `--key-file=${munge('key')}`,
    `--socket=${munge('socket')}`,
    `--pid-file=${munge('pid')}`,
    `--log-file=${munge('log')}`,
    `--seed-file=${munge('seed')}`,
  ])
  await sleep(500)
  run('slurmctld', 'slurmctld', ['-D', '-c', '-f', configuration])
  for (const name of names) {
    // A daemon listens where its own name leads.
    const daemon = `hostname ${name}; mount --bind ${at('hosts')} /etc/hosts; exec slurmd -D -f ${configuration} -N ${name}`
    run(name, 'unshare', ['--uts', '--mount', 'sh', '-c', daemon])
  }
  for (let tries = 0; ; tries++) {
    const { stdout } = await execute('sinfo', ['--noheader', '--Node', '--format=%N %t'], {
      env: { ...process.env, ...environment },
    }).catch(() => ({ stdout: '' }))
    if (names.every((name) => new RegExp(`^${name} idle`, 'm').test(stdout))) break
    if (tries > 60) {
      await stop()
      throw new Error(`The nodes of Slurm did not come up: ${stdout}`)
    }
    await sleep(500)
  }
  return {
    environment,
    async killNode(name) {
      killGroup(daemons.get(name)!)
      await killJobs(at(`spool-${name}`))
    },
    stop,
  }
}

/** Kills what Slurm started for jobs of a node, which have its folder in their command line or are children of such. */
async function killJobs(spool: string): Promise<void> {
  const { stdout } = await execute('ps', ['-eo', 'pid=,ppid=,args='])
  const all = stdout
    .trim()
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s(.*)$/.exec(line)!)
    .map(([, pid, parent, command]) => ({ pid: Number(pid), parent: Number(parent), command: command! }))
  const doomed = new Set(all.filter(({ command }) => command.includes(spool)).map(({ pid }) => pid))
  for (let before = -1; before !== doomed.size;) {
    before = doomed.size
    for (const { pid, parent } of all) if (doomed.has(parent)) doomed.add(pid)
  }
  for (const pid of doomed) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It has ended already.
    }
  }
}

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, () => {
      const server = createServer()
      return new Promise<typeof server>((done) => server.listen(0, '127.0.0.1', () => done(server)))
    }),
  )
  const ports = servers.map((server) => (server.address() as { port: number }).port)
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))))
  return ports
}
