import { constants, existsSync } from 'node:fs'
import { access, lstat, stat, statfs } from 'node:fs/promises'
import { availableParallelism, totalmem } from 'node:os'
import { dirname } from 'node:path'
import {
  describeTensorflow,
  findCCompiler,
  findCompiler,
  findNpm,
  findPython,
  verifyBinding,
  wheelObstacle,
  type Tool,
} from '../../backends/tensorflow/installation'
import {
  describeNative,
  nativeObstacle,
  verifyNative,
  type NativeState,
} from '../../backends/native/installation'
import { openWasm } from '../../backends/wasm/wasm'
import { contentFile, libraryFolder, listInstalled } from '../../datasets/library'
import { loadDataset } from '../../datasets/load'
import { shipsMnist } from '../../datasets/shipped'
import { TicketLabError } from '../../support/errors'
import { isRecentNode, oldestNode } from '../../support/node-version'
import { dataFolder, places, type Places } from '../../support/paths'
import type { Finding } from './finding'

const littleSpace = 2e9

/** Looks at everything that Ticket Lab needs on this machine. TensorFlow is really loaded, MNIST really read. */
export async function diagnose(where: Places = places()): Promise<Finding[]> {
  const installed = describeTensorflow(where.backends).kind === 'installed'
  const compiled = describeNative(where.backends)
  return [
    node(),
    platform(),
    ...(await Promise.all([findNpm(), findPython(), findCompiler()])).map((tool) =>
      installerTool(tool, installed),
    ),
    await tensorflow(where),
    wasm(installed || compiled.kind === 'installed'),
    await native(compiled, installed),
    await mnist(where),
    await homeFolder(where),
    datasets(where),
    await store(where),
  ]
}

function node(): Finding {
  const found = `${process.version} at ${process.execPath}`
  if (isRecentNode(process.version)) return { name: 'Node', state: 'ok', found }
  return { name: 'Node', state: 'missing', found, advice: `Install Node ${oldestNode} or later.` }
}

function platform(): Finding {
  const memory = `${(totalmem() / 1e9).toFixed(0)} GB of memory`
  return {
    name: 'Platform',
    state: 'ok',
    found: `${process.platform} ${process.arch}, ${availableParallelism()} cores, ${memory}`,
  }
}

/** The installer's tools are needed only as long as TensorFlow is not there. */
function installerTool({ name, purpose, program, version, advice }: Tool, installed: boolean): Finding {
  if (program !== undefined)
    return { name, state: 'ok', found: `${program}: ${version ?? 'unknown version'}` }
  if (installed) return { name, state: 'note', found: 'not found, and not needed: TensorFlow is installed' }
  const optional = name !== 'npm' && wheelObstacle() !== undefined
  if (optional) return { name, state: 'note', found: 'not found, and of no use on this platform' }
  // Networks can be trained on WebAssembly, so nothing depends on it.
  return { name, state: 'note', found: `not found; it ${purpose}`, advice }
}

async function tensorflow({ backends }: Places): Promise<Finding> {
  const state = describeTensorflow(backends)
  if (state.kind === 'missing') return { name: 'TensorFlow', state: 'note', found: state.message }
  const { installation } = state
  const threads = process.env['TF_NUM_INTRAOP_THREADS'] ?? availableParallelism()
  try {
    const { tensorflowVersion } = await verifyBinding(installation.binding)
    const from = `from the ${installation.manifest.source}, in ${installation.folder}`
    return {
      name: 'TensorFlow',
      state: 'ok',
      found: `${tensorflowVersion} ${from}; it loads and computes, threads available: ${threads}`,
    }
  } catch (error) {
    if (!(error instanceof TicketLabError)) throw error
    return { name: 'TensorFlow', state: 'missing', found: error.message }
  }
}

/** Instantiates the kernels: the engine may be one without SIMD. */
function wasm(othersTrain: boolean): Finding {
  const { arithmetic } = openWasm()
  const found = othersTrain
    ? `${arithmetic} is built in; experiments use it with { backend: 'wasm' }`
    : `${arithmetic} is built in, and trains as long as neither TensorFlow nor the native backend is installed`
  return { name: 'WebAssembly', state: 'ok', found }
}

/** The native backend is really loaded. */
async function native(state: NativeState, tensorflowInstalled: boolean): Promise<Finding> {
  const name = 'Native backend'
  if (state.kind === 'missing') {
    const obstacle = nativeObstacle()
    if (obstacle !== undefined) return { name, state: 'note', found: `none: ${obstacle}` }
    const { program, purpose, advice } = await findCCompiler()
    if (program !== undefined) return { name, state: 'note', found: state.message }
    return { name, state: 'note', found: `not installed, and no C compiler, which ${purpose}`, advice }
  }
  const { folder, binding, manifest } = state.installation
  try {
    const { sets } = await verifyNative(binding)
    const found = `${manifest.arithmetic} with ${sets[0]} in ${folder}; it loads and computes`
    const trains = `it trains networks without convolutions${tensorflowInstalled ? '' : ', and those with'}`
    return { name, state: 'ok', found: `${found}; ${trains}, unless a preset says otherwise` }
  } catch (error) {
    if (!(error instanceof TicketLabError)) throw error
    return { name, state: 'missing', found: error.message }
  }
}

async function mnist({ home }: Places): Promise<Finding> {
  try {
    const { train, validation, test } = await loadDataset(
      { name: 'mnist', validation: 5000, splitSeed: 0 },
      dataFolder(),
      libraryFolder(home),
    )
    const counts = `${train.count + validation.count} training and ${test.count} test images`
    const where = shipsMnist() ? dataFolder() : libraryFolder(home)
    return { name: 'MNIST', state: 'ok', found: `${counts} in ${where}` }
  } catch (error) {
    if (!(error instanceof TicketLabError)) throw error
    // Where other things ship and it does not, it was left out; a folder that is not there at all was not built.
    const isLeftOut = error.code === 'data-missing' && existsSync(dataFolder())
    return { name: 'MNIST', state: isLeftOut ? 'note' : 'missing', found: error.message }
  }
}

/** Everything that is kept lies in the home, unless it is told otherwise. */
async function homeFolder({ home }: Places): Promise<Finding> {
  const name = 'Home'
  const dead = await deadLinkIn(home)
  if (dead !== undefined) {
    return {
      ...{ name, state: 'missing', found: `${home}, but ${dead} is a link that leads nowhere` },
      advice: `Make what ${dead} leads to, or remove the link, or name another folder in TICKETLAB_HOME.`,
    }
  }
  const there = await stat(home).catch(() => undefined)
  if (!there || there.isDirectory())
    return { name, state: 'ok', found: `${home}${there ? '' : ' (not made yet)'}` }
  const advice = 'Move it elsewhere, or name a folder in TICKETLAB_HOME.'
  return { name, state: 'missing', found: `${home}, which is no folder`, advice }
}

/** Datasets that were installed, or made by the user. */
function datasets({ home }: Places): Finding {
  const folder = libraryFolder(home)
  const name = 'Datasets'
  const { entries, damaged } = listInstalled(folder)
  const lost = entries.find(({ content }) => !existsSync(contentFile(folder, content)))
  const own = entries.filter((entry) => entry.name === 'own').length
  const names = [
    ...entries.flatMap((entry) => (entry.name === 'own' ? [] : [entry.name])),
    ...(own > 0 ? [`${own} of your own`] : []),
  ]
  const found =
    names.length > 0 ? `${names.join(', ')} in ${folder}` : shipsMnist() ? 'none besides MNIST' : 'none'
  if (damaged.length > 0) {
    return { name, state: 'note', found, advice: damaged.map(({ message }) => message).join(' ') }
  }
  if (!lost) return { name, state: 'ok', found }
  const advice =
    lost.name === 'own'
      ? `Run the cell with lab.dataset again: ${contentFile(folder, lost.content)} is not there.`
      : `Run 'ticketlab data install ${lost.name}' again.`
  return { name, state: 'note', found, advice }
}

async function store({ store: folder }: Places): Promise<Finding> {
  const dead = await deadLinkIn(folder)
  if (dead !== undefined) {
    return {
      name: 'Store',
      state: 'missing',
      found: `${folder}, but ${dead} is a link that leads nowhere`,
      advice: `Make what ${dead} leads to, or remove the link, or name another folder in TICKETLAB_HOME or TICKETLAB_STORE.`,
    }
  }
  const existing = await nearestFolder(folder)
  const { bavail, bsize } = await statfs(existing)
  const free = bavail * bsize
  const found = `${folder}${existing === folder ? '' : ' (not made yet)'}, ${(free / 1e9).toFixed(1)} GB free`
  try {
    await access(existing, constants.W_OK)
  } catch {
    const advice = `Give yourself the right to write to ${existing}, or name another folder in TICKETLAB_STORE.`
    return {
      name: 'Store',
      state: 'missing',
      found: `${found}, but ${existing} cannot be written to`,
      advice,
    }
  }
  if (free >= littleSpace) return { name: 'Store', state: 'ok', found }
  const advice = 'Experiments may run out of space: free some, or name another folder in TICKETLAB_STORE.'
  return { name: 'Store', state: 'note', found, advice }
}

/** The link in a path that leads to nothing, where there is one: below it no folder can be made. */
async function deadLinkIn(path: string): Promise<string | undefined> {
  const above = dirname(path)
  return above === path || existsSync(path)
    ? undefined
    : (await isLink(path))
      ? path
      : await deadLinkIn(above)
}

async function isLink(path: string): Promise<boolean> {
  return lstat(path).then(
    (found) => found.isSymbolicLink(),
    () => false,
  )
}

/** `folder`, or the closest folder above it that exists. */
async function nearestFolder(folder: string): Promise<string> {
  try {
    await access(folder)
    return folder
  } catch {
    return nearestFolder(dirname(folder))
  }
}
