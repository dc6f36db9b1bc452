import { TicketLabError } from '../../../support/errors'
import { runProcess, succeeded } from './processes'
import { oldestGlibc } from './versions'

/** A program that an installation needs. */
export interface Tool {
  /** What it is called, for people. */
  readonly name: string
  readonly purpose: string
  /** How to run it, undefined when it is not there. */
  readonly program: string | undefined
  /** What it says about its version. */
  readonly version: string | undefined
  /** What to do when it is missing. */
  readonly advice: string
}

const npm = {
  name: 'npm',
  purpose: 'gets tfjs-node',
  advice:
    'Install npm (it comes with Node.js from https://nodejs.org; Debian and Ubuntu: apt-get install npm).',
}
const python = {
  name: 'python3 with pip',
  purpose: 'gets the TensorFlow libraries',
  advice:
    'Install Python 3 with pip (Debian and Ubuntu: apt-get install python3 python3-pip), or name one in TICKETLAB_PYTHON.',
}
const cCompiler = {
  name: 'C compiler',
  purpose: 'builds the native backend',
  advice:
    'Install one (Debian and Ubuntu: apt-get install gcc libc6-dev; macOS: xcode-select --install), or name one in CC.',
}
const compiler = {
  name: 'C++ compiler',
  purpose: 'builds the addon',
  advice: 'Install a C++17 compiler (Debian and Ubuntu: apt-get install g++), or name one in CXX.',
}

/** Looks for npm. */
export async function findNpm(signal?: AbortSignal): Promise<Tool> {
  return { ...npm, ...(await firstThatRuns(['npm'], ['--version'], signal)) }
}

/** Looks for a Python with pip: `TICKETLAB_PYTHON`, `python3`, `python`. */
export async function findPython(signal?: AbortSignal): Promise<Tool> {
  const named = process.env['TICKETLAB_PYTHON']
  const candidates = named ? [named] : ['python3', 'python']
  return { ...python, ...(await firstThatRuns(candidates, ['-m', 'pip', '--version'], signal)) }
}

/** Looks for a C++ compiler: `CXX`, `c++`, `g++`, `clang++`. */
export async function findCompiler(signal?: AbortSignal): Promise<Tool> {
  const named = process.env['CXX']
  const candidates = named ? [named] : ['c++', 'g++', 'clang++']
  return { ...compiler, ...(await firstThatRuns(candidates, ['--version'], signal)) }
}

/** Looks for a C compiler: `CC`, `cc`, `gcc`, `clang`. */
export async function findCCompiler(signal?: AbortSignal): Promise<Tool> {
  const named = process.env['CC']
  const candidates = named ? [named] : ['cc', 'gcc', 'clang']
  return { ...cCompiler, ...(await firstThatRuns(candidates, ['--version'], signal)) }
}

/**
 * The program of a tool.
 * @throws TicketLabError `backend-unavailable` that says what the tool is for and how to get it
 */
export function programOf(tool: Tool): string {
  if (tool.program !== undefined) return tool.program
  throw new TicketLabError(
    'backend-unavailable',
    `Expected ${tool.name}, which ${tool.purpose}, but it is not there. ${tool.advice}`,
  )
}

/** Why the TensorFlow wheel cannot be used on this machine, or undefined when it can. */
export function wheelObstacle(): string | undefined {
  if (process.platform !== 'linux' || !(process.arch in wheelArchitectures)) {
    return `the wheel's libraries are for Linux on x64 or arm64, this is ${process.platform} on ${process.arch}`
  }
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } }
  const glibc = header.glibcVersionRuntime
  if (glibc === undefined) return 'the libraries need glibc, and this system uses another C library (musl?)'
  if (glibc.localeCompare(oldestGlibc, 'en', { numeric: true }) < 0) {
    return `the libraries need glibc ${oldestGlibc} or later, found ${glibc}`
  }
  return undefined
}

/** How Python names the processors that the wheel is made for. */
export const wheelArchitectures: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' }

async function firstThatRuns(candidates: readonly string[], args: readonly string[], signal?: AbortSignal) {
  for (const program of candidates) {
    const result = await runProcess({ program, arguments: args, signal, limit: 30_000 })
    if (!succeeded(result)) continue
    // Warnings may come first; the line with a version in it is the answer.
    const version = result.output.split('\n').find((line) => /^\D*\d+\.\d+/.test(line) && !/warn/i.test(line))
    return { program, version: version?.trim() }
  }
  return { program: undefined, version: undefined }
}
