import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { chooseBackend } from '../../src/backends/choose'
import { imp } from '../../src/experiments/imp'
import { storedRunOf } from '../../src/experiments/stored-run'
import { setupOf } from '../../src/lab/asked/presets'
import { writeRun } from '../../src/store/runs'
import { openStore } from '../../src/store/store'
import { places } from '../../src/support/paths'

/*
 * A ladder of four replicates computed by one worker, and by two workers on machines of different names that see one
 * store; a trainer each; in turns. What is measured is the command, from its start to its end. Run from the root of the repository,
 * once it is built.
 */

const rounds = 3
const workload = { steps: 3000, replicates: 4, evaluateEvery: 500 }
const levels = 3
const experiment = imp(
  setupOf('lenet-mnist', workload, () => chooseBackend('wasm', places().backends)),
  levels,
)
const [load] = loadavg() as [number, ...number[]]
const isOther = (name: string) => ['unshare', '--uts', 'sh', '-c', `hostname ${name}; exec "$@"`, 'sh']

interface Measured {
  readonly seconds: number
  /** Tasks that each worker computed. */
  readonly computed: readonly number[]
}

async function measure(names: readonly string[]): Promise<Measured> {
  const store = mkdtempSync(join(tmpdir(), 'ticketlab-bench-'))
  try {
    await openStore(store)
    await writeRun(store, storedRunOf(experiment, new Date().toISOString()))
    const began = performance.now()
    const texts = await Promise.all(names.map((name) => workerOn(name, store)))
    const seconds = (performance.now() - began) / 1000
    return {
      seconds,
      computed: texts.map((text) => Number(/(\d+) tasks were computed here/.exec(text)?.[1])),
    }
  } finally {
    rmSync(store, { recursive: true, force: true })
  }
}

function workerOn(name: string, store: string): Promise<string> {
  const command = [process.execPath, resolve('dist', 'cli.cjs'), 'work', '--trainers', '1']
  const [program, ...options] = [...isOther(name), ...command]
  const child = spawn(program!, options, { env: { ...process.env, TICKETLAB_STORE: store } })
  let text = ''
  child.stdout.on('data', (more: Buffer) => (text += more.toString()))
  child.stderr.on('data', (more: Buffer) => (text += more.toString()))
  return new Promise((done, fail) =>
    child.on('close', (code) =>
      code === 0 ? done(text) : fail(new Error(`A worker ended with ${code}: ${text}`)),
    ),
  )
}

if (spawnSync('unshare', ['--uts', 'true']).status !== 0) {
  console.log('Left out: machines cannot be told apart here, since unshare is not allowed.')
} else {
  const one: Measured[] = []
  const two: Measured[] = []
  for (let round = 0; round < rounds; round++) {
    one.push(await measure(['node1']))
    two.push(await measure(['node1', 'node2']))
  }
  const median = (all: readonly Measured[]) =>
    all.map(({ seconds }) => seconds).sort((a, b) => a - b)[Math.floor(all.length / 2)]!
  const ratios = one.map(({ seconds }, round) => two[round]!.seconds / seconds).sort((a, b) => a - b)
  const ratio = ratios[Math.floor(ratios.length / 2)]!
  const total = experiment.tasks.size
  const twice = [...one, ...two].some(
    ({ computed }) => computed.reduce((sum, count) => sum + count, 0) !== total,
  )
  const date = new Date().toISOString().slice(0, 10)
  const page = [
    '# A ladder on two machines',
    '',
    `LeNet-300-100, ${workload.replicates} replicates, ${levels} levels, ${workload.steps} steps, ${total} tasks, on wasm, ${date}, ` +
      `${cpus()[0]!.model}, ${cpus().length} cores, Node ${process.version}. One trainer for each worker; medians of ${rounds}, in turns; ` +
      'two machines are two names of this one.',
    '',
    '| | seconds | share of the time of one |',
    '| --- | ---: | ---: |',
    `| one worker | ${median(one).toFixed(1)} | 1 |`,
    `| two workers | ${median(two).toFixed(1)} | ${ratio.toFixed(2)} |`,
    '',
    twice ? 'Some tasks were computed twice.' : 'No task was computed twice.',
    `Tasks of the two: ${two.map(({ computed }) => computed.join(' and ')).join('; ')}. Load average when this began: ${load.toFixed(1)}.`,
    '',
  ].join('\n')
  console.log(page)
  writeFileSync(join('bench', 'results', 'workers.md'), page)
}
