// Nothing may be installed yet when this runs: only Node's own modules are used here.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The checkout. */
export const root = resolve(fileURLToPath(new URL('..', import.meta.url)))

/** Major and minor version of the oldest Node that everything runs on. */
const oldestNode = [20, 12]
const commandLine = join(root, 'dist/cli.cjs')
const buildStamp = join(root, 'dist/.built-from')

/**
 * Brings the checkout into a state in which everything runs: packages, bundles, TensorFlow, the native backend. What is there
 * already is left alone, which takes a fraction of a second. Says what it does.
 *
 * @param {{tensorflow?: 'needed' | 'where available' | 'wanted' | 'left out'}} [options] `needed`, the default: without
 *   TensorFlow set-up fails; `where available`: it may be missing on a machine that cannot have it (no pip, no index,
 *   no wheel for its platform), which is told, but an installation that breaks fails; `wanted`: whatever happens, that
 *   is told, and networks are trained on WebAssembly
 * @returns {Promise<{tensorflow: boolean, native: boolean}>} whether TensorFlow and the native backend are there
 * @throws {SetupError} when a step fails; the step itself has then printed why
 */
export async function setUp({ tensorflow = 'needed' } = {}) {
  checkNode()
  if (!packagesAreInstalled()) {
    step('Installing packages (npm ci)')
    run('npm', ['ci', '--no-audit', '--no-fund'], 'Is the npm registry reachable?')
  }
  const sources = digestOfSources()
  if (!existsSync(commandLine) || read(buildStamp) !== sources) {
    step('Building (npm run build)')
    run('npm', ['run', '--silent', 'build'], 'The messages above say what does not compile.')
    writeFileSync(buildStamp, sources)
  }
  if (tensorflow === 'left out') return { tensorflow: false, native: false }
  return {
    tensorflow: isInstalled('tensorflow') || installTensorflow(tensorflow),
    native: isInstalled('native') || installNative(tensorflow === 'wanted'),
  }
}

/** The exit code of the command line for what this machine cannot have; see src/cli/main.ts. */
const unavailable = 3

/**
 * Compiles the native backend where there is a compiler; without it everything works as well, only slower.
 * @param {boolean} anyway whether to go on even if it breaks, and not only where this machine cannot have it
 * @returns {boolean} whether it is there now
 */
function installNative(anyway) {
  step('Compiling the native backend, once (some seconds)')
  try {
    run(process.execPath, [commandLine, 'backend', 'install', 'native'], 'The messages above say why.')
    return true
  } catch (error) {
    if (!(error instanceof SetupError) || error.exitCode === 130) throw error
    if (!anyway && error.exitCode !== unavailable) throw error
    console.log('Going on without the native backend.')
    return false
  }
}

/** @returns {boolean} whether it is there now */
function installTensorflow(tensorflow) {
  step('Installing TensorFlow, once (hundreds of megabytes, under a minute on a fast network)')
  try {
    run(
      process.execPath,
      [commandLine, 'backend', 'install'],
      "'node dist/cli.cjs doctor' says what is missing.",
    )
    return true
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    const mayGoOn =
      (tensorflow === 'wanted' && error.exitCode !== 130) ||
      (tensorflow === 'where available' && error.exitCode === unavailable)
    if (!mayGoOn) throw error
    console.log(
      "Going on without TensorFlow: networks are trained on the built-in WebAssembly ('--wasm' skips this step).",
    )
    return false
  }
}

/** An expected failure of a script: the message is all there is to say. */
export class SetupError extends Error {
  constructor(message, exitCode = 1) {
    super(message)
    this.exitCode = exitCode
  }
}

/** Runs the main function of a script: tells a {@link SetupError} without a stack, and sets the exit code. */
export async function runScript(main) {
  try {
    await main()
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    if (error.message) console.error(error.message)
    process.exitCode = error.exitCode
  }
}

/** The environment without what npm tells its scripts: terminals in VS Code do not run inside this npm. */
export function withoutNpm(environment) {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !name.toLowerCase().startsWith('npm_')),
  )
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  const [oldestMajor, oldestMinor] = oldestNode
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return
  throw new SetupError(
    `Expected Node ${oldestNode.join('.')} or later, found ${process.version}. Get it from https://nodejs.org.`,
  )
}

/** Whether what npm last put into node_modules is what package-lock.json asks for. */
function packagesAreInstalled() {
  const found = read(join(root, 'node_modules/.package-lock.json'))
  if (found === undefined) return false
  const installed = JSON.parse(found).packages
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === '') return true
    // Packages for other platforms are optional, and absent here.
    return installed[path] === undefined ? optional === true : installed[path].version === version
  })
}

/** A digest of everything that the bundles are made from. */
function digestOfSources() {
  const folders = ['src', 'renderers'].filter((name) => existsSync(join(root, name)))
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name)),
  )
  const settings = ['package.json', 'package-lock.json', 'webpack.config.js', 'tsconfig.json']
  const hash = createHash('sha256')
  for (const file of [...files.sort(), ...settings.map((name) => join(root, name))]) {
    const content = readFileSync(file)
    hash.update(`${file.slice(root.length + 1)}\n${content.length}\n`).update(content)
  }
  return hash.digest('hex')
}

function isInstalled(backend) {
  return (
    spawnSync(process.execPath, [commandLine, 'backend', 'status', backend], { stdio: 'ignore' }).status === 0
  )
}

function run(program, args, advice) {
  // npm on Windows is a script for the shell.
  const shell = process.platform === 'win32' && program === 'npm'
  const { status, signal, error } = spawnSync(program, args, { cwd: root, stdio: 'inherit', shell })
  if (status === 0) return
  const outcome = error?.message ?? (signal ? `ended by ${signal}` : `exit code ${status}`)
  const name = program === 'npm' ? `npm ${args[0]}` : 'ticketlab backend install'
  const told = status === 130 || (status === unavailable && program !== 'npm')
  throw new SetupError(`${name} failed (${outcome}). ${advice}`, told ? status : 1)
}

function step(text) {
  console.log(`Setting up: ${text}`)
}

function read(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await runScript(() => setUp())
