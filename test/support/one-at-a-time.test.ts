import { expect, it } from 'vitest'
import { oneAtATime } from '../../src/support/one-at-a-time'

/** Work that ends when it is told to. */
function controlled() {
  const running: { readonly end: () => void; readonly fail: (error: Error) => void }[] = []
  const work = () => new Promise<void>((end, fail) => running.push({ end, fail }))
  return { running, work }
}
const turn = () => new Promise((done) => setImmediate(done))

it('what is asked for while work goes on is done once, after it', async () => {
  const { running, work } = controlled()
  const ask = oneAtATime(work)
  const first = ask()
  await turn()
  const later = [ask(), ask(), ask()]
  await turn()
  expect(running).toHaveLength(1)
  running[0]!.end()
  await first
  await turn()
  expect(running).toHaveLength(2)
  running[1]!.end()
  await Promise.all(later)
  await turn()
  expect(running).toHaveLength(2)
})

it('a failure is told to who asked for that work, and the next is done nevertheless', async () => {
  const { running, work } = controlled()
  const ask = oneAtATime(work)
  const first = ask()
  await turn()
  const second = ask()
  running[0]!.fail(new Error('full'))
  await expect(first).rejects.toThrow('full')
  await turn()
  running[1]!.end()
  await expect(second).resolves.toBeUndefined()
})
