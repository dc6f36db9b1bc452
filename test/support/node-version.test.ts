import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { isRecentNode, oldestNode } from '../../src/support/node-version'

describe('the versions of Node that we run on', () => {
  it.each(['v20.12.0', '20.12.2', 'v20.100.0', 'v21.0.0', 'v22.1.0', 'v100.0.0-nightly'])(
    '%s is recent enough',
    (version) => expect(isRecentNode(version)).toBe(true),
  )

  it.each(['v20.11.1', '20.9.0', 'v18.20.0', 'v9.12.0', 'v20', 'Python 3.12.1', ''])('%j is not', (version) =>
    expect(isRecentNode(version)).toBe(false),
  )

  it('are those that the package asks for', () => {
    const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as { engines: { node: string } }
    expect(engines.node).toBe(`>=${oldestNode}`)
  })
})
