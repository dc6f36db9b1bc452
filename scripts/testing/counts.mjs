/**
 * How many tests ended how.
 *
 * @typedef {{passed: number, failed: number, skipped: number}} Counts
 */

/** @type {Counts} */
export const nothing = { passed: 0, failed: 0, skipped: 0 }

/** @type {Counts} */
export const onePass = { ...nothing, passed: 1 }

/** @type {Counts} */
export const oneFailure = { ...nothing, failed: 1 }

/** @param {Counts[]} all */
export function add(...all) {
  return all.reduce(
    (sum, { passed, failed, skipped }) => ({
      passed: sum.passed + passed,
      failed: sum.failed + failed,
      skipped: sum.skipped + skipped,
    }),
    nothing,
  )
}

/** The line that programs read: keep its form. */
export function countsLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`
}
