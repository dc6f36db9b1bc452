import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { TicketLabError } from '../../../support/errors'
import { packageFolder, type InstallationContext } from './context'
import { describeResult, runProcess, succeeded } from './processes'
import { megabytes } from './progress'
import { findCompiler, findPython, programOf, wheelArchitectures, wheelObstacle } from './tools'
import { layout, wheelPython, wheelVersion } from './versions'
import { unpackWheel } from './wheel'

const libraries = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'] as const
const headers = ['tensorflow/c/', 'tensorflow/core/platform/', 'xla/tsl/c/', 'xla/tsl/platform/', 'tsl/']

/**
 * Throws unless this machine can use the wheel, before anything is downloaded.
 * @throws TicketLabError `backend-unavailable` that names what is missing and how to get it
 */
export async function checkWheelTools(context: InstallationContext): Promise<void> {
  const obstacle = wheelObstacle()
  if (obstacle !== undefined) {
    throw new TicketLabError(
      'backend-unavailable',
      `tfjs-node's storage bucket cannot be reached, and TensorFlow cannot come from the tensorflow-cpu wheel either: ${obstacle}. Install where https://storage.googleapis.com is reachable (HTTPS_PROXY is respected), or use Linux on x64 or arm64.`,
    )
  }
  programOf(await findPython(context.signal))
  programOf(await findCompiler(context.signal))
}

/** Puts TensorFlow's shared objects out of the `tensorflow-cpu` wheel into the tree and builds the addon on them. */
export async function installFromWheel(context: InstallationContext): Promise<void> {
  await checkWheelTools(context)
  const wheel = await downloadWheel(context)
  const include = join(context.temporary, 'include')
  try {
    await unpackLibraries(context, wheel, include)
  } catch (error) {
    if (error instanceof TicketLabError && error.code === 'data-corrupt') await rm(wheel)
    throw error
  }
  await buildAddon(context, include)
}

/** The wheel: the one that an interrupted installation left, or a new download by pip, which checks its hash. */
async function downloadWheel(context: InstallationContext): Promise<string> {
  const { downloads, temporary, signal, log, report } = context
  await mkdir(downloads, { recursive: true })
  const machine = wheelArchitectures[process.arch] ?? process.arch
  const isOurs = (name: string) =>
    name.startsWith(`tensorflow_cpu-${wheelVersion}-`) && name.endsWith(`_${machine}.whl`)
  const kept = (await readdir(downloads)).find(isOurs)
  if (kept !== undefined) {
    report('download', `Using the finished download ${kept}`, 1)
    return join(downloads, kept)
  }
  const title = `Downloading TensorFlow ${wheelVersion}`
  report('download', title)
  const incoming = await mkdtemp(join(temporary, 'download-'))
  let expected: number | undefined
  const watch = setInterval(() => {
    void largestFile(incoming).then((bytes) => {
      if (expected === undefined || bytes === 0) return
      const amount = `${megabytes(Math.min(bytes, expected))} of ${megabytes(expected)} MB`
      report('download', `${title}: ${amount}`, bytes / expected)
    })
  }, 500)
  const result = await runProcess({
    program: programOf(await findPython(signal)),
    // prettier-ignore
    arguments: [
      '-m', 'pip', 'download', '--disable-pip-version-check', '--no-input', '--progress-bar', 'off', '--no-cache-dir',
      '--retries', '1', '--timeout', '30', '--no-deps', '--only-binary=:all:', '--implementation', 'cp',
      '--python-version', wheelPython.version, '--abi', wheelPython.abi,
      '--platform', `manylinux_2_27_${machine}`, '--platform', `manylinux_2_17_${machine}`,
      '--platform', `manylinux2014_${machine}`, '--dest', incoming, `tensorflow-cpu==${wheelVersion}`,
    ],
    // pip saves into its temporary folder first: there we see it grow, on the disk whose space was checked.
    environment: { ...process.env, TMPDIR: incoming, PYTHONUNBUFFERED: '1' },
    signal,
    log,
    onLine: (line) => {
      const size = /^\s*Downloading .*\(([\d.]+) MB\)/.exec(line)?.[1]
      if (size !== undefined) expected = Number(size) * 1e6
    },
  }).finally(() => clearInterval(watch))
  const name = (await readdir(incoming)).find((file) => file.endsWith('.whl'))
  if (!succeeded(result) || name === undefined) {
    throw new TicketLabError(
      offersNothing(result.output) ? 'backend-unavailable' : 'backend-failed',
      `Expected pip to download tensorflow-cpu ${wheelVersion} for ${machine}, found ${describeResult(result)}\nIs the Python package index reachable ('python3 -m pip download --no-deps tensorflow-cpu==${wheelVersion}')? Then install again. Everything printed is in ${log}.`,
    )
  }
  // Only a finished download gets its place, so that the next attempt can trust what lies there.
  const wheel = join(downloads, name)
  await rename(join(incoming, name), wheel)
  await rm(incoming, { recursive: true, force: true })
  return wheel
}

async function unpackLibraries(context: InstallationContext, wheel: string, include: string): Promise<void> {
  const { tree, signal, report } = context
  const choose = (path: string) => {
    if (libraries.some((name) => path === `tensorflow/${name}`))
      return join(tree, layout.libraries, basename(path))
    const header = path.startsWith('tensorflow/include/') && path.slice('tensorflow/include/'.length)
    return header && headers.some((start) => header.startsWith(start)) ? join(include, header) : undefined
  }
  const files = await unpackWheel(wheel, choose, {
    signal,
    onBytes: (done, all) => {
      const percent = Math.floor((done / all) * 20) * 5
      report('unpack', `Unpacking and checking TensorFlow ${wheelVersion}: ${percent}%`, done / all)
    },
  })
  for (const name of libraries) {
    if (files.some(({ path }) => path === `tensorflow/${name}`)) continue
    throw new TicketLabError(
      'data-corrupt',
      `Expected tensorflow/${name} in the wheel ${basename(wheel)}, but it is not there. Install again to download it anew.`,
    )
  }
}

/**
 * Compiles the addon's two source files. It needs nothing of Node but the Node-API headers, so the compiler is
 * called directly: node-gyp would ask for all of Node's headers and download them.
 */
async function buildAddon(context: InstallationContext, include: string): Promise<void> {
  const { tree, signal, log, report } = context
  report('build', 'Building the addon (about 15 s)')
  const sources = join(packageFolder(context), 'binding')
  const libraryFolder = join(tree, layout.libraries)
  const binding = join(tree, layout.binding)
  await mkdir(join(binding, '..'), { recursive: true })
  const result = await runProcess({
    program: programOf(await findCompiler(signal)),
    // prettier-ignore
    arguments: [
      '-shared', '-fPIC', '-O2', '-w', '-std=c++17', '-DNAPI_VERSION=8',
      '-I', include, '-I', join(tree, 'node_modules', 'node-api-headers', 'include'),
      join(sources, 'tfjs_backend.cc'), join(sources, 'tfjs_binding.cc'), '-o', binding,
      ...libraries.map((name) => join(libraryFolder, name)), '-Wl,-rpath,$ORIGIN/../../deps/lib',
    ],
    environment: { ...process.env, TMPDIR: context.temporary },
    signal,
    log,
  })
  if (!succeeded(result)) {
    throw new TicketLabError(
      'backend-failed',
      `Expected the C++ compiler to build the addon, found ${describeResult(result)}\nA compiler for C++17 with its standard library is needed (Debian and Ubuntu: apt-get install g++). Everything printed is in ${log}.`,
    )
  }
}

/**
 * Whether pip found no wheel at all: the index cannot be reached, or has none for this machine. An index that has other
 * versions but not ours is a fault of ours.
 */
export function offersNothing(output: string): boolean {
  return /Could not find a version .*\(from versions: none\)/.test(output)
}

/** The size of the largest file in `folder` or one level below, where pip keeps what it downloads. */
async function largestFile(folder: string): Promise<number> {
  let largest = 0
  for (const path of await readdir(folder, { recursive: true }).catch(() => [])) {
    // It may have been moved since it was listed.
    const size = await stat(join(folder, path)).then(
      ({ size }) => size,
      () => 0,
    )
    largest = Math.max(largest, size)
  }
  return largest
}
