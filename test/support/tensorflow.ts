import { TestRunner, type RunnerTestCase } from 'vitest'
import { findTensorflow } from '../../src/backends/tensorflow/installation/find'
import type { TensorflowInstallation } from '../../src/backends/tensorflow/installation/manifest'
import { places } from '../../src/support/paths'

/** The TensorFlow that `npm test` installs before it runs anything, on machines that can have it. */
export const installation = findTensorflow(places().backends)

/** For a test that needs TensorFlow: where there is none, the running test ends here and counts as skipped. */
export function needTensorflow(): TensorflowInstallation {
  if (installation) return installation
  const test = TestRunner.getCurrentTest<RunnerTestCase | undefined>()
  if (!test) throw new Error('TensorFlow is not installed, and no test is running that could be skipped.')
  return test.context.skip('TensorFlow is not installed')
}
