import { join } from 'node:path'
import { TicketLabError } from '../../../support/errors'
import { describeResult, runProcess, succeeded } from '../../tensorflow/installation/processes'
import type { Tool } from '../../tensorflow/installation/tools'
import { programOf } from '../../tensorflow/installation/tools'
import { addonName } from './manifest'

/** The instruction sets that the kernels are compiled for, by processor, with what the compiler is told. */
const setsOf: Readonly<
  Record<string, readonly { readonly name: string; readonly flags: readonly string[] }[]>
> = {
  x64: [
    {
      name: 'avx512',
      flags: ['-mavx2', '-mfma', '-mavx512f', '-mavx512bw', '-mavx512dq', '-mavx512vl'],
    },
    { name: 'avx2', flags: ['-mavx2', '-mfma'] },
  ],
  arm64: [{ name: 'neon', flags: [] }],
}

/** What all files are compiled with. The compiler may not fuse or reorder anything: the sources say what is fused. */
const common = [
  ...['-std=c11', '-O3', '-fPIC', '-fvisibility=hidden'],
  ...['-ffp-contract=off', '-fno-math-errno', '-fno-trapping-math'],
]

/** Why this machine cannot have the native backend, or undefined when it can. */
export function nativeObstacle(): string | undefined {
  if (process.platform !== 'linux' && process.platform !== 'darwin') {
    return `it is for Linux and macOS, this is ${process.platform}`
  }
  return process.arch in setsOf ? undefined : `it is for x64 and arm64, this is ${process.arch}`
}

/**
 * Compiles the addon into `tree`. It needs nothing of Node but the headers of Node-API, which ship with its sources.
 * @throws TicketLabError `backend-unavailable` without a compiler that has its headers, `backend-failed`
 */
export async function compileAddon(
  { sources, tree, compiler, log }: { sources: string; tree: string; compiler: Tool; log: string },
  signal?: AbortSignal,
): Promise<void> {
  const program = programOf(compiler)
  const call = async (...of: readonly string[]): Promise<void> => {
    const result = await runProcess({ program, arguments: of, folder: tree, signal, log })
    if (succeeded(result)) return
    const bare = /fatal error: .*(No such file|not found)/.test(result.output)
    throw new TicketLabError(
      bare ? 'backend-unavailable' : 'backend-failed',
      `Expected ${program} to compile the native backend, found ${describeResult(result)}\n` +
        'GCC from version 9 or Clang is needed, with the headers of the C library (Debian and Ubuntu: apt-get ' +
        `install gcc libc6-dev; macOS: xcode-select --install). Everything printed is in ${log}.`,
    )
  }
  const kernels = join(sources, 'kernels')
  const sets = setsOf[process.arch]!
  const objects = sets.map(({ name }) => join(tree, `${name}.o`))
  await Promise.all(
    sets.map(({ name, flags }, index) =>
      call(
        ...[...common, ...flags, `-DTABLE=kernels_${name}`],
        ...['-c', join(kernels, 'kernels.c'), '-o', objects[index]!],
      ),
    ),
  )
  const shared = process.platform === 'darwin' ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared']
  await call(
    ...[...common, ...shared, '-DNAPI_VERSION=8', '-I', join(sources, 'include')],
    ...[join(kernels, 'addon.c'), ...objects, '-lm', '-o', join(tree, addonName)],
  )
}
