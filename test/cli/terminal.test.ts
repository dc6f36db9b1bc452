import { describe, expect, it } from 'vitest'
import { plainLines } from '../../src/cli/terminal'

describe('progress outside a terminal', () => {
  it('prints each stage, and at most one line every five seconds within it', () => {
    let now = 0
    const lines: string[] = []
    const line = plainLines(
      (text) => lines.push(text),
      () => now,
    )
    for (const [time, stage, text] of [
      [0, 'download', '1 MB'],
      [1000, 'download', '2 MB'],
      [4999, 'download', '3 MB'],
      [5000, 'download', '4 MB'],
      [5001, 'build', 'Building'],
      [5002, 'build', 'Still building'],
    ] as const) {
      now = time
      line.show(stage, text)
    }
    expect(lines).toEqual(['1 MB\n', '4 MB\n', 'Building\n'])
  })
})
