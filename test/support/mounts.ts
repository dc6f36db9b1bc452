import { spawnSync } from 'node:child_process'

/** Runs a shell script that may mount a disk of its own, which nobody else sees and which goes with it. */
export function withMounts(script: string, args: readonly string[] = []) {
  return spawnSync('unshare', ['--user', '--map-root-user', '--mount', 'sh', '-c', script, 'sh', ...args], {
    encoding: 'utf8',
    timeout: 60_000,
  })
}

/** Whether this machine lets us. */
export const canMount = withMounts('mount -t tmpfs tmpfs /mnt').status === 0
