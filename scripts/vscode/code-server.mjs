import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { capture } from './command.mjs'

/** Everything of VS Code in the browser lies here; git ignores it. */
export const vscodeFolder = fileURLToPath(new URL('../../.vscode-test', import.meta.url))

// code-server 4.139.1 is VS Code 1.139.1 and insists on Node 24.
const versions = { node: 'node@24', codeServer: 'code-server@4.139.1' }

const nodeFolder = join(vscodeFolder, 'node')
const codeServerFolder = join(vscodeFolder, 'code-server')
const packageFolder = join(codeServerFolder, 'node_modules/code-server')
const workbenchFolder = join(packageFolder, 'lib/vscode')

/** Where things are once installed. */
const places = {
  node: join(nodeFolder, 'node_modules/node/bin/node'),
  codeServer: join(packageFolder, 'out/node/entry.js'),
  serverMain: join(workbenchFolder, 'out/server-main.js'),
}

/**
 * The stages of the installation. code-server's own install script compiles every optional addon, some of
 * which need libraries that few machines have; these stages leave out what a browser session does not use.
 */
const stages = [
  {
    name: 'node',
    what: 'a private Node 24 for it',
    run: () => install(nodeFolder, versions.node, { scripts: true }),
  },
  {
    name: 'code-server',
    what: 'code-server',
    run: () => install(codeServerFolder, versions.codeServer, { scripts: false }),
  },
  {
    name: 'workbench',
    what: 'the packages of VS Code',
    run: () => npm(workbenchFolder, ['install', '--omit=dev', '--ignore-scripts']),
  },
  {
    name: 'extensions',
    what: 'the packages of its built-in extensions',
    run: () => npm(join(workbenchFolder, 'extensions'), ['install', '--omit=dev', '--ignore-scripts']),
  },
  {
    name: 'addons',
    what: 'its native parts (compiled, half a minute)',
    run: async () => {
      const addons = ['@vscode/spdlog', 'node-pty', '@vscode/native-watchdog']
      await npm(workbenchFolder, ['rebuild', '--ignore-scripts=false', ...addons], buildEnvironment())
      await npm(codeServerFolder, ['rebuild', '--ignore-scripts=false', 'argon2'], buildEnvironment())
    },
  },
]

/**
 * Installs VS Code in the browser into `.vscode-test/`, unless it is there. An interrupted installation goes
 * on with the stage that was not finished.
 *
 * @param {{onProgress?: (text: string) => void}} [options]
 * @returns {Promise<{node: string, codeServer: string, serverMain: string}>} the private Node, and the two
 *   programs it can run: the server with a login page of its own, and the bare VS Code server
 */
export async function ensureCodeServer({ onProgress = () => {} } = {}) {
  if (process.platform === 'win32') {
    throw new Error('VS Code in the browser cannot be installed on Windows. Use desktop VS Code.')
  }
  for (const [index, stage] of stages.entries()) {
    const stamp = join(vscodeFolder, 'stamps', stage.name)
    const version = `${versions.node} ${versions.codeServer}\n`
    if (existsSync(stamp) && (await readFile(stamp, 'utf8')) === version) continue
    onProgress(`VS Code in the browser, ${index + 1} of ${stages.length}: installing ${stage.what}`)
    // What later stages did lies inside what this one replaces.
    await Promise.all(
      stages.slice(index).map(({ name }) => rm(join(vscodeFolder, 'stamps', name), { force: true })),
    )
    await stage.run()
    await mkdir(dirname(stamp), { recursive: true })
    await writeFile(stamp, version)
  }
  return places
}

/** Installs one package into a folder of its own. What an earlier try or version left there goes first. */
async function install(folder, name, { scripts }) {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n')
  await npm(folder, ['install', `--ignore-scripts=${!scripts}`, name])
}

function npm(cwd, args, env = process.env) {
  return capture('npm', [...args, '--no-audit', '--no-fund'], { cwd, env: withoutNpm(env) })
}

/** `npm test` and `npm start` tell their children about themselves, which would steer an npm inside them. */
function withoutNpm(env) {
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) => !/^npm_(package|lifecycle|command|config_local_prefix)/.test(name),
    ),
  )
}

/** Native parts are compiled for the private Node, against headers that are already here where possible. */
function buildEnvironment() {
  const env = { ...process.env, PATH: `${dirname(places.node)}${delimiter}${process.env.PATH}` }
  // They use Node-API alone, so the headers of any Node will do. Else node-gyp downloads them.
  const headers = [join(dirname(process.execPath), '..'), privateHeaders()].find(
    (folder) => folder && existsSync(join(folder, 'include/node/node_api.h')),
  )
  return headers ? { ...env, npm_config_nodedir: resolve(headers) } : env
}

function privateHeaders() {
  const platform = `node-${process.platform}-${process.arch}`
  return [
    join(nodeFolder, 'node_modules/node/node_modules', platform),
    join(nodeFolder, 'node_modules', platform),
  ].find(existsSync)
}
