import { describe, expect, test } from 'vitest'
import { advance, lostByRestart, newSession } from '../../src/extension/notebook/session-state'
import type { Session, SessionEffect, SessionEvent } from '../../src/extension/notebook/session-state'

/** The session after some events, and what the last of them asked for. */
function after(...events: SessionEvent[]): { session: Session; effects: readonly SessionEffect[] } {
  let session = newSession
  let effects: readonly SessionEffect[] = []
  for (const event of events) [session, effects] = advance(session, event)
  return { session, effects }
}

const run = (...executions: number[]): SessionEvent => ({ type: 'run', executions })
const ready: SessionEvent = { type: 'kernelReady' }
const succeeded = (execution: number): SessionEvent => ({
  type: 'done',
  execution,
  outcome: { kind: 'success' },
})

describe('a kernel that is started before a cell is run', () => {
  const expected: SessionEvent = { type: 'expected' }
  const settingsChanged: SessionEvent = { type: 'settingsChanged' }
  const ended: SessionEvent = { type: 'kernelEnded', message: 'It was ended by SIGKILL.' }

  test('is started once, and the first cell begins in it', () => {
    expect(after(expected).effects).toEqual([{ do: 'startKernel' }])
    expect(after(expected, expected).effects).toEqual([])
    expect(after(expected, run(1)).effects).toEqual([])
    expect(after(expected, run(1), ready).effects).toEqual([{ do: 'begin', execution: 1, count: 1 }])
    expect(after(expected, ready, run(1)).effects).toEqual([{ do: 'begin', execution: 1, count: 1 }])
    expect(after(run(1), ready, expected).effects).toEqual([])
  })

  test('starts again when settings change, until a cell was run in it', () => {
    const again: SessionEffect[] = [{ do: 'stopKernel' }, { do: 'startKernel' }]
    expect(after(expected, settingsChanged).effects).toEqual(again)
    expect(after(expected, ready, settingsChanged).effects).toEqual(again)
    expect(after(expected, ready, settingsChanged).session.kernel).toBe('starting')
    expect(after(settingsChanged).effects).toEqual([])
    expect(after(expected, run(1), settingsChanged).effects).toEqual([])
    expect(after(expected, run(1), ready, settingsChanged).effects).toEqual([])
    expect(after(expected, run(1), ready, succeeded(1), settingsChanged).effects).toEqual([])
  })

  test('ends unheard as long as nobody has asked for it, and the first cell starts another', () => {
    expect(after(expected, ended).effects).toEqual([])
    expect(after(expected, ready, ended).effects).toEqual([])
    expect(after(expected, ready, ended, run(1)).effects).toEqual([{ do: 'startKernel' }])
    expect(after(expected, run(1), ended).effects).toMatchObject([
      { do: 'end', execution: 1, success: false },
    ])
    expect(after({ type: 'restart' }, ended).effects).toMatchObject([{ do: 'warn' }])
  })
})

describe('running cells', () => {
  test('the first run starts a kernel, and the cell begins when it is ready', () => {
    expect(after(run(1)).effects).toEqual([{ do: 'startKernel' }])
    expect(after(run(1), ready).effects).toEqual([{ do: 'begin', execution: 1, count: 1 }])
  })

  test('cells run one after the other and are counted', () => {
    const first = after(run(1, 2), ready)
    expect(first.session).toMatchObject({ running: 1, waiting: [2] })
    expect(after(run(1, 2), ready, succeeded(1)).effects).toEqual([
      { do: 'end', execution: 1, success: true },
      { do: 'begin', execution: 2, count: 2 },
    ])
  })

  test('an error drops the cells behind it', () => {
    const outcome = { kind: 'error', name: 'RangeError', message: 'no', stack: 'Cell In[1], line 1' } as const
    const { session, effects } = after(run(1, 2, 3), ready, { type: 'done', execution: 1, outcome })
    expect(effects).toEqual([
      {
        do: 'end',
        execution: 1,
        success: false,
        error: { name: 'RangeError', message: 'no', stack: 'Cell In[1], line 1' },
      },
      { do: 'end', execution: 2 },
      { do: 'end', execution: 3 },
    ])
    expect(session).toEqual({ kernel: 'ready', waiting: [], nextCount: 2 })
  })

  test('output of a cell that has ended is told apart', () => {
    const output = { kind: 'stream', stream: 'stdout', text: 'late' } as const
    const event: SessionEvent = { type: 'output', execution: 1, output }
    expect(after(run(1), ready, event).effects).toEqual([{ do: 'show', execution: 1, output }])
    expect(after(run(1), ready, succeeded(1), event).effects).toEqual([
      { do: 'showLate', execution: 1, output },
    ])
  })
})

describe('interrupting', () => {
  test('drops waiting cells at once and interrupts the running one', () => {
    const { session, effects } = after(run(1, 2), ready, { type: 'interrupt' })
    expect(effects).toEqual([{ do: 'end', execution: 2 }, { do: 'interruptKernel' }])
    expect(session.running).toBe(1)
  })

  test('an idle kernel is left alone', () => {
    expect(after(run(1), ready, succeeded(1), { type: 'interrupt' }).effects).toEqual([])
  })

  test('the interrupted cell says so, and what was asked for since runs', () => {
    const { effects } = after(run(1, 2), ready, { type: 'interrupt' }, run(3), {
      type: 'done',
      execution: 1,
      outcome: { kind: 'interrupted' },
    })
    expect(effects).toMatchObject([
      { do: 'end', execution: 1, success: false, error: { name: 'Interrupted' } },
      { do: 'begin', execution: 3 },
    ])
  })
})

describe('a kernel that ends', () => {
  const died: SessionEvent = { type: 'kernelEnded', message: 'It was ended by SIGKILL.' }

  test('tells its running cell, drops the others, and the next run starts another', () => {
    const { session, effects } = after(run(1, 2), ready, died)
    expect(effects).toMatchObject([
      { do: 'end', execution: 1, success: false, error: { message: 'It was ended by SIGKILL.' } },
      { do: 'end', execution: 2 },
    ])
    expect(advance(session, run(3))[1]).toEqual([{ do: 'startKernel' }])
  })

  test('that never started tells the first cell that waits', () => {
    expect(after(run(1, 2), died).effects).toMatchObject([
      { do: 'end', execution: 1, success: false },
      { do: 'end', execution: 2 },
    ])
  })

  test('while no cell runs is told in a message', () => {
    expect(after(run(1), ready, succeeded(1), died).effects).toEqual([
      { do: 'warn', message: 'It was ended by SIGKILL.' },
    ])
  })
})

test('restarting ends what runs and counts from 1 again', () => {
  const restarted = after(run(1, 2), ready, { type: 'restart' })
  expect(restarted.effects.map((effect) => effect.do)).toEqual([
    'end',
    'end',
    'stopKernel',
    'clearCounts',
    'startKernel',
  ])
  const [session] = advance(restarted.session, ready)
  expect(advance(session, run(3))[1]).toEqual([{ do: 'begin', execution: 3, count: 1 }])
})

describe('a restart', () => {
  test('loses nothing before a cell has run', () => {
    expect(lostByRestart(newSession, false)).toBe('nothing')
    expect(lostByRestart(after(run(1), ready, { type: 'restart' }).session, false)).toBe('nothing')
  })

  test('loses variables once one has, and work while one runs, waits, or left an experiment running', () => {
    const { session } = after(run(1), ready, succeeded(1))
    expect(lostByRestart(session, false)).toBe('variables')
    expect(lostByRestart(session, true)).toBe('work')
    expect(lostByRestart(after(run(1)).session, false)).toBe('work')
    expect(lostByRestart(after(run(1), ready).session, false)).toBe('work')
  })
})

test('a removed cell is interrupted if it runs and forgotten if it waits', () => {
  expect(after(run(1, 2), ready, { type: 'cellRemoved', execution: 1 }).effects).toEqual([
    { do: 'interruptKernel' },
  ])
  const { session, effects } = after(run(1, 2), ready, { type: 'cellRemoved', execution: 2 })
  expect(effects).toEqual([{ do: 'end', execution: 2 }])
  expect(advance(session, succeeded(1))[1]).toEqual([{ do: 'end', execution: 1, success: true }])
})

test('closing the notebook ends everything', () => {
  expect(after(run(1, 2), ready, { type: 'closed' }).effects).toEqual([
    { do: 'end', execution: 1 },
    { do: 'end', execution: 2 },
    { do: 'stopKernel' },
  ])
})
