import { Argument, type Command } from 'commander'
import { describeNative, installNative } from '../backends/native/installation'
import { describeTensorflow, installTensorflow } from '../backends/tensorflow/installation'
import { places } from '../support/paths'
import { interruptSignal, progressLine } from './terminal'

/** What can be installed. */
type Installable = 'tensorflow' | 'native'

const which = () =>
  new Argument('[backend]', 'which one').choices(['tensorflow', 'native']).default('tensorflow')

/** Adds `ticketlab backend install` and `ticketlab backend status`. */
export function backendCommand(parent: Command): void {
  const backend = parent.command('backend').description('install a backend, or look whether it is there')
  backend
    .command('install')
    .description(
      'install TensorFlow into a folder of its own (downloads hundreds of megabytes once), or compile the native backend',
    )
    .addArgument(which())
    .option('--force', 'install anew, even where it is installed')
    .action(async (name: Installable, { force = false }: { force?: boolean }) => {
      await (name === 'native' ? compileNative(force) : install(force))
    })
  backend
    .command('status')
    .description('print what is installed of a backend; exit code 1 if nothing')
    .addArgument(which())
    .action((name: Installable) => {
      if (name === 'native') nativeStatus()
      else status()
    })
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

async function compileNative(force: boolean): Promise<void> {
  const line = progressLine(process.stderr)
  try {
    const { folder, manifest } = await installNative({
      backends: places().backends,
      force,
      signal: interruptSignal(),
      onProgress: (message) => line.show(message, message),
    })
    line.end()
    console.log(`The native backend, for ${manifest.sets.join(' and ')}, is installed in ${folder}`)
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

function nativeStatus(): void {
  const state = describeNative(places().backends)
  if (state.kind === 'installed') {
    const { folder, manifest } = state.installation
    const { arithmetic, sets, compiler, installed } = manifest
    console.log(`${arithmetic} for ${sets.join(' and ')}, compiled with ${compiler}, installed ${installed}`)
    console.log(folder)
    return
  }
  console.error(state.message)
  process.exitCode = 1
}
