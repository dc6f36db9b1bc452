import type { ExtensionContext } from 'vscode'
import { registerController, type Kernels } from './notebook/controller'
import { createServices } from './services'

let kernels: Kernels | undefined

/** Registers everything; what is large is loaded when it is used. */
export function activate(context: ExtensionContext): void {
  const services = createServices(context)
  kernels = registerController(services)
  context.subscriptions.push(kernels)
}

/** Ends the kernels. */
export async function deactivate(): Promise<void> {
  await kernels?.close()
}
