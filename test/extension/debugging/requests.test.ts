import { expect, it } from 'vitest'
import { trackRequests } from '../../../src/extension/debugging/requests'

it('waits for what was asked before, and for nothing that is asked later', async () => {
  const requests = trackRequests()
  requests.begin(1)
  requests.begin(2)
  const told: string[] = []
  const all = requests.allAnswered(60_000).then(() => told.push('all'))
  requests.begin(3)
  requests.end(1)
  await Promise.resolve()
  expect(told).toEqual([])
  requests.end(2)
  await all
  expect(told).toEqual(['all'])
})

it('waits for nothing when everything was answered', async () => {
  const requests = trackRequests()
  requests.begin(1)
  requests.end(1)
  await requests.allAnswered(60_000)
})

it('waits no longer than it may for a debugger that never answers', async () => {
  const requests = trackRequests()
  requests.begin(1)
  await requests.allAnswered(10)
  requests.end(1)
})
