import { isMainThread, parentPort, workerData, type MessagePort } from 'node:worker_threads'
import type { InterruptCounts } from './interrupter'
import type { ModuleHooks } from './module-hooks'

/** What the thread that watches for interrupts is started with. */
export interface InterrupterData {
  readonly ticketlabInterrupter: InterruptCounts
  /** Where answers go that the main thread waits for. */
  readonly answers: MessagePort
}

// One program for three threads, so that it can be shipped and started as one file. Each loads its own part.
if (isMainThread) {
  void import('./kernel').then(({ serveKernel }) => serveKernel(__filename))
} else if (isInterrupter(workerData)) {
  const { ticketlabInterrupter, answers } = workerData
  void import('./interrupter').then(({ watchForInterrupts }) =>
    watchForInterrupts(ticketlabInterrupter, answers, parentPort!),
  )
}

function isInterrupter(data: unknown): data is InterrupterData {
  return typeof data === 'object' && data !== null && 'ticketlabInterrupter' in data
}

/** For the thread in which older versions of Node resolve and load modules. */
export async function moduleHooks(): Promise<ModuleHooks> {
  const [{ createModuleHooks }, { createVersions }, { importsOf, moduleFromTypeScript }] = await Promise.all([
    import('./module-hooks'),
    import('./module-graph'),
    import('./typescript'),
  ])
  return createModuleHooks(moduleFromTypeScript, createVersions(importsOf))
}
