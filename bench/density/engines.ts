import { spawnSync } from 'node:child_process'
import { cpus } from 'node:os'
import { join, resolve } from 'node:path'
import { findNative } from '../../src/backends/native/installation'
import { findTensorflow } from '../../src/backends/tensorflow/installation/find'
import { places } from '../../src/support/paths'
import { start, type Competitor } from '../competitor'
import type { Workload } from './workloads'

/** One way of training a network: a backend of ours, or a way to use another library. */
export interface Engine {
  readonly library: 'Ticket Lab' | 'PyTorch' | 'JAX'
  /** How it is used, without its threads. */
  readonly how: string
  readonly threads: number
  readonly competitor: Competitor
}

/** What another library is told, by how that is called. Each is taken as its manual advises for speed, and as it comes. */
const torchWays = (convolutions: boolean): Readonly<Record<string, readonly string[]>> => ({
  'eager, as it comes': [],
  'eager, fused optimizer': ['fused'],
  ...(convolutions ? { 'eager, fused, channels last': ['fused', 'channels_last'] } : {}),
  'compiled, fused optimizer': ['fused', 'compiled', ...(convolutions ? ['channels_last'] : [])],
})

/**
 * Starts every engine that is there, with one thread and with as many as there are cores. Python is `TICKETLAB_PYTHON`,
 * otherwise `python3`.
 * @param folder of the programs
 * @param ours the bundled program of our backends
 * @returns the engines, what was left out and why, and the versions of libraries
 */
export async function startEngines(
  { network, jax }: Workload,
  folder: string,
  ours: string,
): Promise<{
  readonly engines: readonly Engine[]
  readonly notes: readonly string[]
  readonly versions: readonly string[]
}> {
  const engines: Engine[] = []
  const notes: string[] = []
  const convolutions = network !== 'lenet'
  const cores = cpus().length
  const python = process.env['TICKETLAB_PYTHON'] ?? 'python3'
  const counts = cores > 1 ? [1, cores] : [1]
  const add = async (
    engine: Omit<Engine, 'competitor'>,
    program: string,
    options: readonly string[],
  ): Promise<void> => {
    const { library, how, threads } = engine
    // One that may take other threads than it is told is held by the system.
    const [taskset, all] = [threads === 1 ? ['taskset', '--cpu-list', '0'] : [], [program, ...options]]
    const [first, ...rest] = library === 'JAX' ? [...taskset, ...all] : all
    try {
      const competitor = await start(`${library}, ${how}, ${threads}`, first!, rest)
      engines.push({ ...engine, competitor })
    } catch (error) {
      notes.push(`${library} (${how}, threads: ${threads}) was left out: ${(error as Error).message}`)
    }
  }
  await add({ library: 'Ticket Lab', how: 'wasm', threads: 1 }, process.execPath, [ours, network, 'wasm'])
  // The sources lie beside the product, not beside a bench.
  const native = findNative(places().backends, resolve('dist/data/native'))
  if (native) {
    const options = [ours, network, 'native', native.binding]
    await add({ library: 'Ticket Lab', how: 'native', threads: 1 }, process.execPath, options)
  } else notes.push('The native backend is not installed and was left out.')
  const tensorflow = findTensorflow(places().backends)
  if (tensorflow) {
    for (const threads of convolutions ? counts : [1]) {
      const options = [ours, network, 'tensorflow', tensorflow.binding, String(threads)]
      await add({ library: 'Ticket Lab', how: 'tensorflow', threads }, process.execPath, options)
    }
  } else notes.push('TensorFlow is not installed and was left out.')
  for (const threads of counts) {
    for (const [how, told] of Object.entries(torchWays(convolutions))) {
      const options = [join(folder, 'torch_best.py'), network, `threads=${threads}`, ...told]
      await add({ library: 'PyTorch', how, threads }, python, options)
    }
    if (jax) {
      const options = [join(folder, 'jax_scan.py')]
      await add({ library: 'JAX', how: 'jit, scan', threads }, python, options)
    }
  }
  const versions = [
    ...(tensorflow ? [`TensorFlow ${tensorflow.tensorflowVersion}`] : []),
    ...['torch', 'jax'].flatMap((name) => versionOf(python, name) ?? []),
  ]
  return { engines, notes, versions }
}

/** Such as `torch 2.13.0`. */
function versionOf(python: string, name: string): string | undefined {
  const { status, stdout } = spawnSync(python, ['-c', `import ${name}; print(${name}.__version__)`])
  return status === 0 ? `${name} ${stdout.toString().trim()}` : undefined
}
