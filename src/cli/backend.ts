import type { Command } from 'commander'
import { describeTensorflow, installTensorflow } from '../backends/tensorflow/installation'
import { places } from '../support/paths'
import { interruptSignal, progressLine } from './terminal'

/** Adds `ticketlab backend install` and `ticketlab backend status`. */
export function backendCommand(parent: Command): void {
  const backend = parent.command('backend').description('install TensorFlow, or look whether it is there')
  backend
    .command('install')
    .description('install TensorFlow into a folder of its own (downloads hundreds of megabytes once)')
    .option('--force', 'install anew, even where it is installed')
    .action(({ force }: { force?: boolean }) => install(force ?? false))
  backend
    .command('status')
    .description('print which TensorFlow is installed; exit code 1 if none')
    .action(() => status())
}

async function install(force: boolean): Promise<void> {
  const line = progressLine(process.stderr)
  try {
    const installation = await installTensorflow({
      backends: places().backends,
      force,
      signal: interruptSignal(),
      onProgress: ({ stage, message, fraction }) => {
        const percent = fraction === undefined ? '' : `${String(Math.floor(fraction * 100)).padStart(3)}% `
        if (stage !== 'done') line.show(stage, `${percent}${message}`)
      },
    })
    line.end()
    console.log(`TensorFlow ${installation.tensorflowVersion} is installed in ${installation.folder}`)
  } finally {
    line.end()
  }
}

function status(): void {
  const state = describeTensorflow(places().backends)
  if (state.kind === 'installed') {
    const { installation } = state
    const { source, installed } = installation.manifest
    const from = source === 'bucket' ? "tfjs-node's storage bucket" : 'the tensorflow-cpu wheel'
    console.log(`TensorFlow ${installation.tensorflowVersion} from ${from}, installed ${installed}`)
    console.log(installation.folder)
    return
  }
  console.error(state.message)
  process.exitCode = 1
}
