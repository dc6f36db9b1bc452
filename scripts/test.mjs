// Nothing may be installed yet when this runs: only what lies in scripts/ and Node's own modules are used here.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root, runScript, setUp, SetupError, withoutNpm } from './setup.mjs'
import { add, countsLine, nothing, oneFailure } from './testing/counts.mjs'
import { runLint, runTypes } from './testing/checks.mjs'
import { runUnit } from './testing/vitest.mjs'
import { runHost, runJourneys } from './testing/workbench.mjs'

/** In the order in which they run: what fails quickly comes first. */
const parts = {
  lint: { run: runLint, what: 'ESLint and Prettier' },
  types: { run: runTypes, what: 'the type checker, for every tsconfig.json' },
  unit: { run: runUnit, what: 'everything that needs no VS Code; starts real kernels and trainers' },
  host: { run: runHost, what: 'the suite inside the extension host of a real VS Code', workbench: true },
  journeys: { run: runJourneys, what: 'the packaged extension, used through the browser', workbench: true },
}

const names = Object.keys(parts)
const help = `Usage: npm test [-- [--wasm] [PART...]]

Sets up what is missing and runs the tests; the last line is "N passed, N failed, N skipped".

Parts (default: all of them):
${names.map((name) => `  ${name.padEnd(10)}${parts[name].what}`).join('\n')}

Options:
  --wasm    as on a machine that cannot have TensorFlow: it is neither installed nor used, and the tests that need it
            are skipped
  --help    print this`

await runScript(async () => {
  const chosen = choose()
  if (chosen === undefined) return console.log(help)
  const started = Date.now()
  let total = nothing
  const temporary = await mkdtemp(join(tmpdir(), 'ticketlab-test-'))
  try {
    total = await runAll(chosen, temporary)
  } catch (error) {
    console.error(error instanceof SetupError ? error.message : error)
    total = add(total, oneFailure)
  } finally {
    await rm(temporary, { recursive: true, force: true, maxRetries: 5 })
  }
  console.log(`\nAll of it took ${seconds(started)} s.`)
  console.log(countsLine(total))
  if (total.failed > 0 || total.passed === 0) process.exitCode = 1
})

/** What the command line asks for; undefined when that is help. */
function choose() {
  let parsed
  try {
    parsed = parseArgs({
      options: { wasm: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    })
  } catch (error) {
    throw new SetupError(`${error.message.split('. ')[0]}.\n\n${help}`, 2)
  }
  const unknown = parsed.positionals.find((name) => !names.includes(name))
  if (unknown) throw new SetupError(`There is no part "${unknown}".\n\n${help}`, 2)
  if (parsed.values.help) return undefined
  const { positionals, values } = parsed
  return {
    wasm: values.wasm,
    names: positionals.length ? names.filter((name) => positionals.includes(name)) : names,
  }
}

async function runAll({ names: chosen, wasm }, temporary) {
  const { tensorflow, native } = await setUp({ tensorflow: wasm ? 'left out' : 'where available' })
  const onProgress = (text) => console.log(`Setting up: ${text}`)
  let workbench
  if (chosen.some((name) => parts[name].workbench)) {
    const { ensureChromium } = await import('./vscode/chromium.mjs')
    const { ensureCodeServer } = await import('./vscode/code-server.mjs')
    workbench = { browser: await ensureChromium({ onProgress }), ...(await ensureCodeServer({ onProgress })) }
  }
  const context = {
    root,
    temporary,
    workbench,
    // Results of tests do not belong among those of the person who runs them; backends are shared.
    env: {
      ...withoutNpm(process.env),
      TICKETLAB_STORE: join(temporary, 'store'),
      // Nothing half installed, and nothing that --wasm should not see.
      ...(tensorflow || native ? {} : { TICKETLAB_BACKENDS: join(temporary, 'no-backends') }),
    },
  }
  let total = nothing
  for (const name of chosen) {
    console.log(`\n== ${name}: ${parts[name].what}`)
    const started = Date.now()
    const counts = await runPart(name, context)
    console.log(`== ${name}: ${countsLine(counts)} (${seconds(started)} s)`)
    total = add(total, counts)
  }
  if (!tensorflow) console.log('\nTensorFlow is not here: the tests that need it were skipped.')
  if (!native) console.log('\nThe native backend is not here: the tests that need it were skipped.')
  return total
}

/** A part that cannot run, or in which nothing ran, has failed. */
async function runPart(name, context) {
  try {
    const counts = await parts[name].run(context)
    if (counts.passed + counts.failed > 0) return counts
    console.error(`No test of "${name}" ran.`)
    return add(counts, oneFailure)
  } catch (error) {
    console.error(error)
    return oneFailure
  }
}

function seconds(since) {
  return Math.round((Date.now() - since) / 1000)
}
