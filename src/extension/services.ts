import { join } from 'node:path'
import { EventEmitter, window, type Disposable, type ExtensionContext, type LogOutputChannel } from 'vscode'
import type { NotebookRun } from './status/status-text'
import type { FromKernel } from '../kernel/protocol'

/** What the parts of the extension share. */
export interface Services {
  readonly context: ExtensionContext
  readonly log: LogOutputChannel
  /** Tells what the kernels say about runs and experiments to whoever shows it. */
  readonly news: News
  /** A file of the build, such as `kernel.cjs`. */
  built(name: string): string
}

/** What happens in the kernels, apart from the outputs of cells. */
export type KernelNews =
  | Extract<FromKernel, { type: 'experiment' }>
  | { readonly type: 'runs' }
  | { readonly type: 'ended' }
  /** Other experiments than before are computed by workers. */
  | { readonly type: 'background' }
  /** Cells may have declared other variables. */
  | { readonly type: 'variables' }
  /** A cell failed for want of TensorFlow. */
  | { readonly type: 'backendMissing' }

export interface News {
  /** `kernel` is any name for it. */
  tell(kernel: string, news: KernelNews): void
  listen(listener: (kernel: string, news: KernelNews) => void): Disposable
  dispose(): void
}

/** A run of an open notebook, or one in the background, and how to cancel it. */
export interface CancellableRun extends NotebookRun {
  cancel(): void
  /** Lets it go on in the background; absent where it is. */
  toBackground?(): void
}

export function createServices(context: ExtensionContext): Services {
  const log = window.createOutputChannel('Ticket Lab', { log: true })
  const emitter = new EventEmitter<readonly [string, KernelNews]>()
  const news: News = {
    tell: (kernel, told) => emitter.fire([kernel, told]),
    listen: (listener) => emitter.event(([kernel, told]) => listener(kernel, told)),
    dispose: () => emitter.dispose(),
  }
  context.subscriptions.push(log, news)
  return { context, log, news, built: (name) => join(context.extensionPath, 'dist', name) }
}
