import module from 'node:module'
import { isMainThread, parentPort, workerData } from 'node:worker_threads'
import type { ModuleHooks } from './module-hooks'
import type { InterrupterData } from './interrupter'

// One program for three threads, so that it can be shipped and started as one file. Each loads its own part.
if (isMainThread) {
  // Half of what a kernel's start takes is to compile the compiler; Node 22 and later keep what comes of it.
  ;(module as { enableCompileCache?: () => void }).enableCompileCache?.()
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
