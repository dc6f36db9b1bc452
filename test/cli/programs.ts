import { spawn, type ChildProcess } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bundleKernel } from '../kernel/fixture/program'
import { bundleInto } from '../support/bundle'

/** The command line with everything that it starts, in a folder of its own. */
export interface Programs {
  readonly folder: string
  readonly cli: string
  remove(): Promise<void>
}

export async function bundleCommandLine(): Promise<Programs> {
  const kernel = await bundleKernel({ isWhole: true })
  const cli = join(kernel.folder, 'cli.cjs')
  await bundleInto(cli, 'src/cli/main.ts')
  return { folder: kernel.folder, cli, remove: () => kernel.remove() }
}

/** A command that runs. */
export interface Running {
  readonly child: ChildProcess
  /** What it has printed so far, to both outputs. */
  text(): string
  /** Resolves when it has printed this. */
  printed(what: RegExp): Promise<void>
  readonly ended: Promise<{ readonly code: number | null; readonly text: string }>
}

/** @param prefix programs that start it, such as `unshare` */
export function start(
  { cli }: Programs,
  options: readonly string[],
  environment: Readonly<Record<string, string>>,
  prefix: readonly string[] = [],
): Running {
  const [program, ...rest] = [...prefix, process.execPath, cli, ...options]
  const child = spawn(program!, rest, { env: { ...process.env, ...environment }, detached: true })
  let text = ''
  const waiting = new Set<() => void>()
  const listen = (more: Buffer) => {
    text += more.toString()
    for (const look of waiting) look()
  }
  child.stdout.on('data', listen)
  child.stderr.on('data', listen)
  const ended = new Promise<{ code: number | null; text: string }>((done) =>
    child.on('close', (code) => done({ code, text })),
  )
  return {
    child,
    text: () => text,
    ended,
    printed: (what) =>
      new Promise((done, fail) => {
        const look = () => {
          if (!what.test(text)) return
          waiting.delete(look)
          done()
        }
        waiting.add(look)
        look()
        void ended.then(() => fail(new Error(`It ended and never printed ${String(what)}:\n${text}`)))
      }),
  }
}

/** Writes a notebook of these cells. @returns its path */
export async function writeNotebook(folder: string, ...cells: readonly string[]): Promise<string> {
  await mkdir(folder, { recursive: true })
  const path = join(folder, 'small.ipynb')
  const notebook = {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: 'ticketlab', language: 'typescript' } },
    cells: cells.map((source, index) => ({
      ...{ cell_type: 'code', id: `c${index}`, metadata: {}, source, outputs: [] },
    })),
  }
  await writeFile(path, JSON.stringify(notebook))
  return path
}

/** What the executed notebook shows of its last cell, as text. */
export async function lastText(out: string): Promise<string> {
  const { cells } = JSON.parse(await readFile(join(out, 'small.ipynb'), 'utf8')) as {
    cells: { outputs: { data?: Record<string, string | string[]> }[] }[]
  }
  const text = cells.at(-1)?.outputs.at(-1)?.data?.['text/plain'] ?? ''
  return [text].flat().join('')
}
