import type { LogOutputChannel, NotebookDocument } from 'vscode'
import type { KernelClient } from '../../kernel/client'
import type { FromKernel } from '../../kernel/protocol'

/** The kernel of one notebook, one after the other. */
export interface NotebookKernel {
  start(): void
  /** Ends it, if there is one; the next one starts when it is gone. */
  stop(): void
  isThere(): boolean
  /**
   * Does something with the kernel that there is, once it has started; nothing where there is none.
   * @param failed called where it does not start
   */
  use(use: (client: KernelClient) => void, failed?: () => void): void
  /** Resolves when the last one that was stopped is gone. */
  gone(): Promise<unknown>
}

/** Hears of the kernel that there is: what one says after it was replaced concerns nobody. */
export interface KernelOwner {
  notebook(): NotebookDocument
  receive(message: FromKernel): void
  ready(): void
  /** It is no longer there, for whatever reason. */
  forget(): void
  /** It has ended without being told to, or did not start, which `message` explains; told after `forget`. */
  failed(message: string): void
}

/** @param kernelPath `dist/kernel.cjs` */
export function createNotebookKernel(
  owner: KernelOwner,
  kernelPath: string,
  log: LogOutputChannel,
): NotebookKernel {
  let kernel: Promise<KernelClient> | undefined
  let ending: Promise<unknown> = Promise.resolve()

  const forget = (): void => {
    kernel = undefined
    owner.forget()
  }

  return {
    start() {
      const current = (): boolean => kernel === starting
      const starting: Promise<KernelClient> = ending
        .then(() => import('./launch'))
        .then(({ launchKernel }) =>
          launchKernel(owner.notebook(), kernelPath, {
            onMessage: (message) => current() && owner.receive(message),
            onExit: (exit) => {
              log.info(`Kernel of ${owner.notebook().uri.path} ended. ${exit.message}`)
              if (!current() || exit.expected) return
              forget()
              owner.failed(`The kernel has died, and its variables are lost. ${exit.message}`)
            },
          }),
        )
      kernel = starting
      starting.then(
        (client) => {
          const { path } = owner.notebook().uri
          log.info(`Kernel of ${path} started: process ${client.pid}, Node ${client.node}`)
          if (current()) owner.ready()
        },
        (error: unknown) => {
          if (!current()) return
          forget()
          const told = error instanceof Error ? error : String(error)
          log.error(`Kernel of ${owner.notebook().uri.path} did not start.`, told)
          owner.failed(error instanceof Error ? error.message : String(error))
        },
      )
    },
    stop() {
      const stopping = kernel
      if (!stopping) return
      forget()
      ending = stopping.then(
        (client) => client.shutdown(),
        () => undefined,
      )
    },
    isThere: () => kernel !== undefined,
    use(use, failed = () => undefined) {
      // One that does not start is told where it is started.
      void kernel?.then(use, failed)
    },
    gone: () => ending,
  }
}
