// Nothing may be installed yet when this runs: only what lies in scripts/ and Node's own modules are used here.
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root, runScript, setUp, SetupError, withoutNpm } from './setup.mjs'
import { add, countsLine, oneFailure } from './testing/counts.mjs'
import { readHostResults } from './testing/workbench.mjs'
import { vscodeFolder } from './vscode/code-server.mjs'

/** Runs the suite inside the extension host in desktop VS Code. The last line is "N passed, N failed, N skipped". */
await runScript(async () => {
  const named = process.env.VSCODE_PATH
  if (named && !existsSync(named)) {
    throw new SetupError(`VSCODE_PATH names ${named}, and there is no such file. Correct it or leave it out.`)
  }
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    throw new SetupError(
      'Desktop VS Code needs a display, and there is none here. Use "xvfb-run -a npm run test:electron", ' +
        'or "npm test -- host", which runs the same suite in VS Code in the browser.',
    )
  }
  await setUp()
  const vscodeExecutablePath = named || (await download())
  const temporary = await mkdtemp(join(tmpdir(), 'ticketlab-test-'))
  try {
    const counts = await runSuite(vscodeExecutablePath, temporary)
    console.log(countsLine(counts))
    if (counts.failed > 0 || counts.passed === 0) process.exitCode = 1
  } finally {
    await rm(temporary, { recursive: true, force: true, maxRetries: 5 })
  }
})

/** Downloads desktop VS Code, unless it is there from last time. */
async function download() {
  const { downloadAndUnzipVSCode } = await import('@vscode/test-electron')
  try {
    return await downloadAndUnzipVSCode({
      cachePath: join(vscodeFolder, 'desktop'),
      extensionDevelopmentPath: root,
    })
  } catch (error) {
    throw new SetupError(
      `VS Code could not be downloaded (${error.message}). Name an installed one in VSCODE_PATH, or use ` +
        '"npm test -- host", which runs the same suite in VS Code in the browser.',
    )
  }
}

async function runSuite(vscodeExecutablePath, temporary) {
  const { runTests, TestRunFailedError } = await import('@vscode/test-electron')
  const { bundleHostSuite } = await import('./vscode/host-bundle.mjs')
  const results = join(temporary, 'host-results.json')
  const workspace = join(temporary, 'workspace')
  await mkdir(workspace)
  const code = await runTests({
    vscodeExecutablePath,
    extensionDevelopmentPath: root,
    extensionTestsPath: await bundleHostSuite(root),
    extensionTestsEnv: {
      ...withoutNpm(process.env),
      TICKETLAB_STORE: join(temporary, 'store'),
      TICKETLAB_TEST_RESULTS: results,
    },
    launchArgs: [
      workspace,
      ...['--user-data-dir', join(temporary, 'user'), '--extensions-dir', join(temporary, 'extensions')],
      ...['--disable-telemetry', '--disable-gpu'],
    ],
  }).catch((error) => {
    if (error instanceof TestRunFailedError) return error.code ?? 1
    throw error
  })
  const counts = await readHostResults(results, code)
  return counts.passed + counts.failed > 0 ? counts : add(counts, oneFailure)
}
