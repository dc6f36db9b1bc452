import type { ExtensionContext } from 'vscode'
import { registerAssistantTools } from './assistant/tools'
import { registerCharts } from './charts'
import { registerCommands } from './commands/register'
import { createBackgroundRuns, withBackground } from './experiments/background-runs'
import { createExperiments } from './experiments/model'
import { createTree } from './experiments/tree'
import type { MaskPanels } from './mask/panel'
import { registerLanguage } from './language/register'
import { registerController, type Kernels } from './notebook/controller'
import { startKernelsEarly } from './notebook/early'
import { registerContext } from './notebook/ours'
import { createServices } from './services'
import { createBackendStatus } from './status/backend-status'
import { createCellCosts } from './status/cell-costs'
import { registerCellStatus } from './status/cell-status'
import { registerKnown } from './status/known'
import { registerStatusBar } from './status/status-bar'
import { registerVariables } from './variables'

let kernels: Kernels | undefined

/** Registers everything; what is large is loaded when it is used. */
export function activate(context: ExtensionContext): void {
  const services = createServices(context)
  const controller = (kernels = registerController(services))
  const background = createBackgroundRuns(services)
  const experiments = createExperiments(services, background)
  const tree = createTree(experiments, context.workspaceState)
  const runs = () => withBackground(controller.runs(), background.list())
  const backend = createBackendStatus(services, runs)
  const costs = createCellCosts(services)
  let panels: Promise<MaskPanels> | undefined
  const maskPanels = (): Promise<MaskPanels> =>
    (panels ??= import('./mask/panel').then(({ createMaskPanels }) =>
      createMaskPanels(services, experiments),
    ))
  context.subscriptions.push(
    controller,
    registerContext(controller),
    startKernelsEarly(services, controller, background),
    registerLanguage(services, controller),
    experiments,
    backend,
    tree,
    background,
    registerStatusBar(services, runs),
    costs,
    registerCellStatus(services, (cell) => controller.workOf(cell), costs),
    registerKnown(services),
    registerVariables(services, controller),
    registerCharts(),
    registerAssistantTools(services),
    registerCommands({ services, kernels: controller, experiments, tree, backend, costs, runs, maskPanels }),
  )
}

/** Ends the kernels. */
export async function deactivate(): Promise<void> {
  await kernels?.close()
}
