import { writeFileSync } from 'node:fs'
import { inspect } from 'node:util'
import Mocha from 'mocha'
import { ConfigurationTarget, workspace } from 'vscode'
import { settings, settingsSection } from '../../src/extension/contributions'

/**
 * Called by VS Code inside its extension host; resolves when every test passed. `TICKETLAB_TEST_RESULTS` names
 * the file that the counts are written to.
 */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: 240_000, reporter: Lines })
  // Mocha puts `describe` and `it` in place when it loads a file; these files are bundled, so it is told.
  mocha.suite.emit('pre-require', globalThis, 'index.ts', mocha)
  await loadTests()
  // Nobody is here to answer; a journey does.
  await workspace
    .getConfiguration(settingsSection)
    .update(settings.askBeforeRestart, false, ConfigurationTarget.Global)
  const counts = await new Promise<Counts>((resolve) => {
    const runner = mocha.run(() => {
      const { passes = 0, failures = 0, pending = 0 } = runner.stats ?? {}
      resolve({ passed: passes, failed: failures, skipped: pending })
    })
  })
  const file = process.env['TICKETLAB_TEST_RESULTS']
  if (file) writeFileSync(file, JSON.stringify(counts))
  if (counts.passed + counts.failed === 0) throw new Error('No test ran.')
  if (counts.failed > 0) throw new Error(`${counts.failed} tests failed.`)
}

interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

async function loadTests(): Promise<void> {
  await import('./activation.test')
  await import('./commands.test')
  await import('./assistant.test')
  // Ends by closing all notebooks, which takes minutes once there are many.
  await import('./language.test')
  await import('./cells.test')
  await import('./kernel.test')
  await import('./editing.test')
  await import('./moving.test')
  await import('./debugging.test')
  await import('./experiments.test')
  await import('./background.test')
  await import('./tree.test')
  await import('./launch.test')
}

/** A reporter of whole lines: VS Code passes on what is logged line by line, and without colours. */
class Lines extends Mocha.reporters.Base {
  constructor(runner: Mocha.Runner) {
    super(runner)
    runner.on('pass', (test) => {
      console.log(`  passed: ${test.fullTitle()} (${test.duration ?? 0} ms)`)
    })
    runner.on('pending', (test) => {
      console.log(`  skipped: ${test.fullTitle()}`)
    })
    runner.on('fail', (test, error: unknown) => {
      console.log(`  FAILED: ${test.fullTitle()}\n${error instanceof Error ? error.stack : inspect(error)}`)
    })
  }
}
