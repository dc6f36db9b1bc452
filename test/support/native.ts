import { TestRunner, type RunnerTestCase } from 'vitest'
import { describeNative, type NativeInstallation } from '../../src/backends/native/installation'
import { places } from '../../src/support/paths'

/** The native backend that `npm test` compiles before it runs anything, where there is a compiler. */
export const native = describeNative(places().backends)

/** For a test that needs the native backend: where there is none, the running test ends here and counts as skipped. */
export function needNative(): NativeInstallation {
  if (native.kind === 'installed') return native.installation
  const test = TestRunner.getCurrentTest<RunnerTestCase | undefined>()
  if (!test)
    throw new Error('The native backend is not installed, and no test is running that could be skipped.')
  return test.context.skip('The native backend is not installed')
}
