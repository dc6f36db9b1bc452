import { expect, test } from 'vitest'
import type { MimeBundle } from '../../../src/report/display'
import { throttledDisplay } from '../../../src/lab/running/throttled-display'

/** A host that keeps what it was asked to show, in order, and what was logged. */
function recordingHost(): {
  shown: string[]
  logged: string[]
  display(bundle: MimeBundle): (bundle: MimeBundle) => void
  log(level: string, message: string): void
} {
  const shown: string[] = []
  const logged: string[] = []
  return {
    shown,
    logged,
    display(bundle) {
      shown.push(`new ${bundle['text/plain']!}`)
      return (next) => shown.push(`replaced by ${next['text/plain']!}`)
    },
    log: (_, message) => logged.push(message),
  }
}

const pause = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds))

test('shows the last state in one output, however often things change', async () => {
  const host = recordingHost()
  let state = 0
  const live = throttledDisplay(
    host,
    (isLast) => ({ 'text/plain': `${state}${isLast ? ' in the end' : ''}` }),
    20,
  )
  for (state = 1; state < 500; state++) {
    live.changed()
    if (state % 100 === 0) await pause(5)
  }
  await live.finish()
  expect(host.shown[0]).toMatch(/^new /)
  expect(host.shown.at(-1)).toBe('replaced by 500 in the end')
  expect(host.shown.filter((one) => one.endsWith('in the end'))).toHaveLength(1)
  expect(host.shown.length).toBeLessThan(50)
})

test('never makes two bundles at a time, and waits for the last', async () => {
  const host = recordingHost()
  let running = 0
  let most = 0
  const live = throttledDisplay(
    host,
    async () => {
      most = Math.max(most, ++running)
      await pause(10)
      running--
      return { 'text/plain': 'x' }
    },
    1,
  )
  for (let change = 0; change < 20; change++) {
    live.changed()
    await pause(2)
  }
  await live.finish()
  expect(most).toBe(1)
  expect(running).toBe(0)
})

test('logs a failure while things change and goes on, but throws the last one', async () => {
  const host = recordingHost()
  let broken = true
  const live = throttledDisplay(
    host,
    () => {
      if (broken) throw new Error('no such level')
      return { 'text/plain': 'fine' }
    },
    1,
  )
  live.changed()
  await pause(20)
  expect(host.logged).toEqual(['A live plot could not be drawn: no such level'])
  await expect(live.finish()).rejects.toThrow('no such level')
  broken = false
  await live.finish()
  expect(host.shown).toEqual(['new fine'])
})
