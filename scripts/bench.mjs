import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root, runScript, setUp } from './setup.mjs'

const out = join(root, 'out/bench')

await runScript(async () => {
  await setUp()
  const { build } = await import('esbuild')
  await benchDensity(build)
  await benchRounds(build)
  await benchWorkers(build)
  await benchLanguage(build)
  await benchEditor(build)
})

/** Milliseconds per training step against the share of weights left; written to bench/results, too. */
async function benchDensity(build) {
  console.log('\nWhat sparsity is worth:\n')
  for (const network of ['lenet', 'conv2', 'conv6', 'resnet20', 'vgg16']) {
    await runBench(build, 'density', network)
  }
}

/** A hundred rounds of SynFlow; written to bench/results, too. */
async function benchRounds(build) {
  console.log('\nPruning before training:\n')
  await runBench(build, 'rounds')
}

/** A ladder on one machine and on two; written to bench/results, too. */
async function benchWorkers(build) {
  console.log('\nOne worker and two:\n')
  await runBench(build, 'workers')
}

/** What completion and mistakes take in cells; written to bench/results, too. */
async function benchLanguage(build) {
  console.log('\nThe language service:\n')
  await runBench(build, 'language')
}

async function runBench(build, name, ...args) {
  const outfile = join(out, `${name}.mjs`)
  await build({
    entryPoints: [join(root, `bench/${name}/main.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
  })
  const { status } = spawnSync(process.execPath, [outfile, ...args], { cwd: root, stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1
}

/** What a user waits for, in a real VS Code. */
async function benchEditor(build) {
  console.log('\nIn VS Code:')
  const [{ ensureCodeServer }, { ensureChromium }, { runHostSuite }] = await Promise.all([
    import('./vscode/code-server.mjs'),
    import('./vscode/chromium.mjs'),
    import('./vscode/host-suite.mjs'),
  ])
  const testsPath = join(out, 'editor.cjs')
  await build({
    entryPoints: [join(root, 'bench/editor.ts')],
    outfile: testsPath,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['vscode'],
    logLevel: 'warning',
  })
  const { node, serverMain } = await ensureCodeServer()
  const browser = await ensureChromium()
  const folder = mkdtempSync(join(tmpdir(), 'ticketlab-bench-'))
  try {
    const code = await runHostSuite({
      node,
      serverMain,
      browser,
      extensionRoot: root,
      testsPath,
      workspace: folder,
      env: { ...process.env, TICKETLAB_STORE: join(folder, 'store') },
      onOutput: (text) => {
        const figures = /bench: (.*)/.exec(text)
        if (figures) console.log(figures[1])
      },
    })
    if (code !== 0) process.exitCode = 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
