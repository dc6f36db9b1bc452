import { growingMetrics, readLive, type GrowingMetrics } from '../store/live'
import type { TaskNode, Witness } from './task-nodes'
import { emit, reporter, type Reporter } from './telling'

/** @param store its folder */
export function witnessOf(store: string, node: TaskNode): Witness {
  let attempt: string | undefined
  let report: Reporter = () => undefined
  let metrics: GrowingMetrics | undefined
  return {
    async look() {
      const live = await readLive(store, node.digest)
      if (!live) return
      if (live.attempt !== attempt) {
        attempt = live.attempt
        report = reporter(node, live.where)
        metrics = growingMetrics(store, node.digest)
        const { resumedAt } = live
        report({ type: 'started', ...(resumedAt === undefined ? {} : { resumedAt }), rows: [] })
      }
      for (const row of (await metrics?.read()) ?? []) report({ type: 'metrics', row })
      const { step, steps, stepsPerSecond } = live
      if (steps > 0) report({ type: 'progress', step, steps, stepsPerSecond })
    },

    gone() {
      if (attempt === undefined) return
      attempt = undefined
      node.started = undefined
      const message = 'Whoever computed it gave it up.'
      emit(node, { kind: 'retried', task: node.digest, failure: { code: 'trainer-died', message } })
    },
  }
}
