/**
 * What the language service takes, as an editor sees it: `dist/language.cjs` in a process of its own, asked over its
 * pipe. Written to bench/results/language.md, too.
 */
import { fork, type ChildProcess } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import {
  createProtocolConnection,
  CompletionRequest,
  InitializedNotification,
  InitializeRequest,
  IPCMessageReader,
  IPCMessageWriter,
  PublishDiagnosticsNotification,
  type ProtocolConnection,
} from 'vscode-languageserver/node'
import type { NotebookText } from '../../src/language/notebook'
import { serviceFlags } from '../../src/language/protocol'
import { quantile, typed } from '../typing'

/** How long the service waits for the user to pause before it looks for mistakes; see src/language/server.ts. */
const pause = 250

interface Service {
  readonly child: ChildProcess
  readonly connection: ProtocolConnection
}

async function startService(): Promise<Service> {
  const child = fork('dist/language.cjs', ['--node-ipc'], {
    execArgv: [...serviceFlags],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const connection = createProtocolConnection(new IPCMessageReader(child), new IPCMessageWriter(child))
  connection.listen()
  await connection.sendRequest(InitializeRequest.type, {
    processId: process.pid,
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the type demands it all the same
    rootUri: null,
    capabilities: {},
  })
  await connection.sendNotification(InitializedNotification.type, {})
  return { child, connection }
}

/** Cells as notebooks have them: one in three trains, one looks at the results, one computes with them. */
function notebook(count: number, last: string): NotebookText {
  const texts = Array.from({ length: count - 1 }, (_, index) => {
    const number = Math.floor(index / 3)
    return [
      `const setup${number} = lab.preset('lenet-mnist', { steps: ${1000 + number} })\nconst tickets${number} = await lab.imp(setup${number}, { levels: 3 })`,
      `lab.plot.accuracy(tickets${number})\nlab.plot.learningCurves(tickets${number})`,
      `const names${number} = tickets${number}.levels.map((level) => JSON.stringify(level))\nfunction first${number}(): string | undefined {\n  return names${number}[0]\n}`,
    ][index % 3]!
  })
  const cells = [...texts, last].map((text, index) => ({
    uri: `cell:${index}`,
    language: 'typescript' as const,
    text,
  }))
  return { uri: 'notebook', folder: tmpdir(), cells }
}

function tell({ connection }: Service, text: NotebookText): Promise<void> {
  return connection.sendNotification('ticketlab/notebook', text)
}

async function complete({ connection }: Service, cell: number, character: number): Promise<void> {
  const found = await connection.sendRequest(CompletionRequest.type, {
    textDocument: { uri: `cell:${cell}` },
    position: { line: 0, character },
  })
  const items = Array.isArray(found) ? found : (found?.items ?? [])
  // An answer without names would be quick, too.
  if (character === typed.indexOf('lab.') + 4 && items.length < 5)
    throw new Error('No members of lab were offered.')
}

/** Milliseconds per key: the notebook is told and the list at the cursor asked for, as an editor does. */
async function keys(service: Service, count: number): Promise<number[]> {
  const times: number[] = []
  for (let end = 1; end <= typed.length; end++) {
    const start = performance.now()
    await tell(service, notebook(count, typed.slice(0, end)))
    await complete(service, count - 1, end)
    times.push(performance.now() - start)
  }
  return times
}

/** Milliseconds until all cells are checked after the first one was edited. */
async function allMistakes(service: Service, count: number, round: number): Promise<number> {
  const edited = notebook(count, '')
  const cells = edited.cells.map((cell, index) =>
    index === 0 ? { ...cell, text: `${cell.text}\nconst added${round} = 1` } : cell,
  )
  const missing = new Set(cells.map(({ uri }) => uri))
  const done = new Promise<void>((resolve) => {
    const listening = service.connection.onNotification(PublishDiagnosticsNotification.type, ({ uri }) => {
      missing.delete(uri)
      if (missing.size > 0) return
      listening.dispose()
      resolve()
    })
  })
  const start = performance.now()
  await tell(service, { ...edited, cells })
  await done
  return performance.now() - start - pause
}

/** Milliseconds that processors have worked for a process until now. */
function processorTime({ child }: Service): number {
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  // In hundredths of a second, of the program and of the system for it.
  return (Number(fields[11]) + Number(fields[12])) * 10
}

/** Megabytes of memory that a process holds. */
function memory({ child }: Service): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) / 1000
}

const rows: string[] = []
for (const count of [10, 30, 100]) {
  const start = performance.now()
  const service = await startService()
  await tell(service, notebook(count, 'lab.'))
  await complete(service, count - 1, 4)
  const first = performance.now() - start
  await keys(service, count)
  const beforeKeys = processorTime(service)
  const times = [...(await keys(service, count)), ...(await keys(service, count))]
  const beforeChecks = processorTime(service)
  const checks: number[] = []
  for (let round = 0; round < 5; round++) checks.push(await allMistakes(service, count, round))
  const perKey = (beforeChecks - beforeKeys) / times.length
  const perCheck = (processorTime(service) - beforeChecks) / checks.length
  const figures = [
    first,
    quantile(times, 0.5),
    quantile(times, 0.95),
    quantile(checks, 0.5),
    perKey,
    perCheck,
    memory(service),
  ]
  rows.push(`| ${count} | ${figures.map((figure) => figure.toFixed(0)).join(' | ')} |`)
  service.connection.dispose()
  service.child.kill()
}

const date = new Date().toISOString().slice(0, 10)
const table = [
  '# The language service',
  '',
  `${date}, ${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, Node ${process.version}. Milliseconds as an editor sees`,
  'them, the way to the process included: from the start of the process to the first list after `lab.`; from a key to',
  'the list at the cursor, at every key of a line; from an edit of the first cell to the mistakes of all cells, without',
  `the ${pause} ms for which the service waits for a pause. Then the mean time that processors worked for a key and for all`,
  'mistakes; and memory in MB, after all of that.',
  '',
  '| cells | first list | key, median | key, 95% | all mistakes, median | key, processor | all mistakes, processor | memory |',
  '| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
  ...rows,
  '',
].join('\n')
console.log(table)
writeFileSync(join('bench/results', 'language.md'), table)
