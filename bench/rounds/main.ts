import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { findTensorflow } from '../../src/backends/tensorflow/installation/find'
import { places } from '../../src/support/paths'
import { buildOurs, start, type Competitor } from '../competitor'

/*
 * Seconds of the 100 rounds of SynFlow that prune VGG-19 (20 million weights) to a fifth, beside PyTorch doing the same the
 * way of the authors' code; one after the other, each in its own process. Run from the root of the repository.
 */

const [network, share, rounds, few] = ['vgg19', '0.2', 100, 5] as const
const folder = resolve('bench', 'rounds')
const built = mkdtempSync(join(tmpdir(), 'ticketlab-bench-'))
const [load] = loadavg() as [number, ...number[]]
const rows: { readonly what: string; readonly seconds: number; readonly note?: string }[] = []
const notes: string[] = []

/** The whole of it; for what would take many minutes a few rounds, and what a hundred of them would. */
async function measure(starting: Promise<Competitor>, all: boolean): Promise<void> {
  const { what, ask, stop } = await starting
  try {
    const taken = Number(await ask(String(all ? rounds : few)))
    const seconds = all ? taken : (taken * rounds) / few
    rows.push({ what, seconds, ...(all ? {} : { note: `from ${few} rounds` }) })
  } finally {
    stop()
  }
}

try {
  const ours = await buildOurs(folder, built)
  const tensorflow = findTensorflow(places().backends)
  if (tensorflow) {
    const { binding } = tensorflow
    await measure(start('TensorFlow', process.execPath, [ours, network, share, binding]), true)
  } else notes.push('TensorFlow is not installed and was left out.')
  await measure(start('wasm', process.execPath, [ours, network, share]), false)
  const program = process.env['TICKETLAB_PYTHON'] || 'python3'
  await measure(start('PyTorch eager', program, [join(folder, 'torch_eager.py'), share]), true).catch(
    (error: unknown) => notes.push(`PyTorch was left out: ${(error as Error).message}`),
  )
} finally {
  rmSync(built, { recursive: true, force: true })
}

const first = rows[0]!
const date = new Date().toISOString().slice(0, 10)
const page = [
  '# VGG-19: a hundred rounds of SynFlow',
  '',
  `20 million weights to a fifth, ${date}, ${cpus()[0]!.model}, ${cpus().length} cores, Node ${process.version}.`,
  "PyTorch selects by torch.kthvalue, as the authors' code does.",
  '',
  `| | seconds | times as long as ${first.what} |`,
  '| --- | ---: | ---: |',
  ...rows.map(({ what, seconds, note }) => {
    const label = note === undefined ? what : `${what} (${note})`
    return `| ${label} | ${seconds.toFixed(1)} | ${(seconds / first.seconds).toFixed(1)} x |`
  }),
  '',
  ...(load > 0.5
    ? [`The machine was not idle: its load average was ${load.toFixed(1)} when this began.`, '']
    : []),
  ...notes.flatMap((note) => [note, '']),
].join('\n')
console.log(page)
mkdirSync(resolve('bench', 'results'), { recursive: true })
writeFileSync(resolve('bench', 'results', 'rounds.md'), page)
