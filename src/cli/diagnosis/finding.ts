/** What was found about one thing that Ticket Lab needs. */
export interface Finding {
  /** Such as `TensorFlow`. */
  readonly name: string
  /** `missing`: nothing works without it; `note`: it could be better, or is not needed now. */
  readonly state: 'ok' | 'note' | 'missing'
  readonly found: string
  /** What to do, when it is not `ok`. */
  readonly advice?: string
}

const marks = { ok: 'ok     ', note: 'note   ', missing: 'MISSING' } as const

/** One line for each finding, with its advice below, and a verdict at the end. */
export function formatFindings(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ name }) => name.length))
  const lines = findings.flatMap(({ name, state, found, advice }) => [
    `${marks[state]}  ${name.padEnd(width)}  ${found}`,
    ...(advice === undefined ? [] : [`${' '.repeat(width + 11)}${advice}`]),
  ])
  const missing = findings.filter(({ state }) => state === 'missing').map(({ name }) => name)
  const verdict = missing.length === 0 ? 'Everything needed is there.' : `Missing: ${missing.join(', ')}.`
  return [...lines, '', verdict].join('\n')
}

/** Whether everything needed is there. */
export function isHealthy(findings: readonly Finding[]): boolean {
  return findings.every(({ state }) => state !== 'missing')
}
