import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { Option, type Command } from 'commander'
import { backendChoices, type BackendChoice } from '../backends/choose'
import { bundleFolder, places } from '../support/paths'
import { runNotebook } from './run-notebook'
import { interruptSignal } from './terminal'
import { trainerCount } from './trainer-count'

interface Options {
  readonly out: string
  readonly keepGoing?: boolean
  readonly trainers?: number
  readonly backend: BackendChoice
}

/** Adds `ticketlab run`. */
export function runCommand(parent: Command): void {
  parent
    .command('run')
    .description('run a notebook without an editor; exit code 0 only if every cell succeeded')
    .argument('<notebook>', 'a notebook (.ipynb) of TypeScript cells')
    .option('--out <folder>', 'where the executed notebook and its plots (SVG) are written', 'out')
    .option('--keep-going', 'run the cells after one that failed, too')
    .option('--trainers <count>', 'trainings that may run at once (default: one per core)', trainerCount)
    .addOption(
      new Option('--backend <name>', 'what trains where the notebook does not say')
        .choices(Object.keys(backendChoices))
        .default('auto'),
    )
    .action(run)
}

async function run(notebook: string, { out, keepGoing, trainers, backend }: Options): Promise<void> {
  const { home, store } = places()
  const { failed, interrupted, files } = await runNotebook({
    notebook,
    out,
    keepGoing: keepGoing ?? false,
    nodePath: process.execPath,
    kernelPath: join(bundleFolder(), 'kernel.cjs'),
    settings: { home, store, trainers: trainers ?? availableParallelism(), backend },
    screen: process.stdout,
    signal: interruptSignal(),
  })
  for (const file of files) console.log(`wrote ${file}`)
  if (interrupted) process.exitCode = 130
  else if (failed > 0) process.exitCode = 1
}
