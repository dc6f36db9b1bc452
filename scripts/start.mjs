import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { delimiter, join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { root, runScript, setUp, SetupError, withoutNpm } from './setup.mjs'

const help = `Usage: npm start [-- OPTIONS]

Sets everything up (packages, build, TensorFlow) and opens a copy of the quickstart, in out/examples, in VS Code with
the extension loaded: in desktop VS Code where there is a "code" command, otherwise in VS Code in the browser.

Options:
  --wasm        do not install TensorFlow: train on the built-in WebAssembly
  --headless    no VS Code: run the notebook in this terminal, write it and its plots to out/
  --browser     VS Code in the browser, even where there is a "code" command
  --port PORT   the port for VS Code in the browser (default: a free one)
  --help        print this`

const examples = join(root, 'examples')
const quickstart = join(examples, 'quickstart.ipynb')
/** What is opened: VS Code saves there what was tried. */
const copies = join(root, 'out/examples')
const copy = join(copies, 'quickstart.ipynb')

await runScript(async () => {
  const options = readOptions()
  if (options.help) return console.log(help)
  await setUp({ tensorflow: options.wasm ? 'left out' : 'wanted' })
  if (options.headless) return runHeadless(options.wasm)
  await copyExamples()
  const code = options.browser ? undefined : findCode()
  await (code === undefined ? openInBrowser(options.port) : openOnDesktop(code))
})

function readOptions() {
  const known = {
    wasm: { type: 'boolean', default: false },
    headless: { type: 'boolean', default: false },
    browser: { type: 'boolean', default: false },
    port: { type: 'string', default: '0' },
    help: { type: 'boolean', short: 'h', default: false },
  }
  let values
  try {
    values = parseArgs({ options: known }).values
  } catch (error) {
    // Only the first sentence is about what was given; the rest is about positional arguments.
    throw new SetupError(`${error.message.split('. ')[0]}.\n\n${help}`, 2)
  }
  const port = Number(values.port)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new SetupError(`Expected a port between 0 and 65535 after --port, found "${values.port}".`, 2)
  }
  if (values.headless && values.browser) {
    throw new SetupError('--headless and --browser exclude each other: choose one.', 2)
  }
  return { ...values, port }
}

/** Copies the examples to where they may be changed; what was changed there before stays. */
async function copyExamples() {
  await cp(examples, copies, { recursive: true, force: false, errorOnExist: false })
}

/** Runs the notebook through its kernel in the terminal; exit code 0 only if every cell succeeded. */
async function runHeadless(wasm) {
  const out = join(root, 'out')
  const backend = wasm ? ['--backend', 'wasm'] : []
  const args = [join(root, 'dist/cli.cjs'), 'run', quickstart, '--out', out, ...backend]
  const child = spawn(process.execPath, args, { stdio: 'inherit' })
  // Ctrl-C reaches both of us: the notebook's run ends itself, and its exit code is ours.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve(code ?? 1))
  })
  if (code !== 0) throw new SetupError('', code)
}

/** The "code" command of desktop VS Code, if there is one. */
function findCode() {
  const names = process.platform === 'win32' ? ['code.cmd', 'code.exe'] : ['code']
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(existsSync)
}

function openOnDesktop(code) {
  console.log(`Opening ${relative(root, copy)}, a copy of the quickstart, in VS Code`)
  const shell = process.platform === 'win32'
  const quoted = (text) => (shell ? `"${text}"` : text)
  const args = [`--extensionDevelopmentPath=${root}`, '--new-window', copies, copy]
  const { status, error } = spawnSync(quoted(code), args.map(quoted), {
    stdio: 'inherit',
    shell,
    env: withoutNpm(process.env),
  })
  if (status === 0) return
  throw new SetupError(
    `${code} could not open VS Code (${error?.message ?? `exit code ${status}`}). Try 'npm start -- --browser'.`,
  )
}

async function openInBrowser(port) {
  const { serveInBrowser } = await import('./browser.mjs')
  const server = await serveInBrowser({
    extensionRoot: root,
    folder: copies,
    file: copy,
    port,
    onProgress: (text) => console.log(`Setting up: ${text}`),
  }).catch((error) => {
    throw new SetupError(`VS Code in the browser could not be started. ${error.message}`)
  })
  console.log(
    `\nVS Code runs in the browser. Open this address (Ctrl-C here ends it):\n\n  ${server.address}\n`,
  )
  let asked = false
  for (const name of ['SIGINT', 'SIGTERM']) {
    process.on(name, () => {
      asked = true
      void server.stop()
    })
  }
  const code = await server.ended
  if (!asked) throw new SetupError(`The VS Code server ended by itself (exit code ${code}). Start it again.`)
}
