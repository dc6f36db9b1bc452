import { expect, test } from 'vitest'
import { bytesText, durationText } from '../../src/support/quantities'

test.for([
  [0, '0 B'],
  [812, '812 B'],
  [999, '999 B'],
  [1000, '1 KB'],
  [12_100, '12.1 KB'],
  [999_499, '999 KB'],
  [999_600, '1 MB'],
  [1_066_440, '1.07 MB'],
  [3.21e12, '3.21 TB'],
  [3.21e15, '3210 TB'],
] as const)('%i bytes are %s', ([bytes, text]) => expect(bytesText(bytes)).toBe(text))

test.for([
  [0.2, '1 s'],
  [0, '0 s'],
  [59, '59 s'],
  [125, '2 min 05 s'],
  [3600, '1 h 00 min'],
  [12_000, '3 h 20 min'],
] as const)('%i seconds are %s', ([seconds, text]) => expect(durationText(seconds)).toBe(text))
