import { commands, Disposable, window, type NotebookCell, type NotebookDocument } from 'vscode'
import { commands as ids, views, type CommandId } from '../contributions'
import type { Experiments } from '../experiments/model'
import type { TreeNode } from '../experiments/nodes'
import type { ExperimentTree } from '../experiments/tree'
import type { MaskPanels } from '../mask/panel'
import type { Kernels } from '../notebook/controller'
import type { CancellableRun, Services } from '../services'
import { tellKnown } from '../status/known'
import type { BackendStatus } from '../status/backend-status'
import type { CellCosts } from '../status/cell-costs'
import { debugCell } from './debug-cell'
import { experimentActions } from './experiments/actions'
import { openNewNotebook, openQuickstart } from './notebooks'
import { openMask } from './open-mask'
import { restartAndRunAll, restartKernel } from './restart'
import { runImp } from './run-imp'
import { cancelRun, showRuns, toBackground } from './runs'

/** What the commands act on. */
export interface CommandTargets {
  readonly services: Services
  readonly kernels: Kernels
  readonly experiments: Experiments
  readonly tree: ExperimentTree
  readonly backend: BackendStatus
  readonly costs: CellCosts
  /** What runs, here and in the background. */
  runs(): readonly CancellableRun[]
  /** Made when the first mask is opened. */
  maskPanels(): Promise<MaskPanels>
}

/** Registers every command of package.json. A failure is shown and logged. */
export function registerCommands(targets: CommandTargets): Disposable {
  const { services, kernels, experiments, backend } = targets
  const runs = () => targets.runs()
  const actions: Record<CommandId, (argument?: unknown, all?: unknown) => unknown> = {
    [ids.newNotebook]: openNewNotebook,
    [ids.openQuickstart]: () => openQuickstart(services),
    [ids.runImp]: () => runImp(services),
    [ids.runExperiment]: async (given) =>
      (await import('./launch/run-experiment')).runExperiment(services, experiments, given),
    [ids.showRuns]: () => showRuns(services, runs()),
    [ids.cancel]: () => cancelRun(runs()),
    [ids.toBackground]: () => toBackground(runs()),
    [ids.interrupt]: () => withNotebook((notebook) => kernels.interrupt(notebook)),
    [ids.restartKernel]: () => withNotebook((notebook) => restartKernel(kernels, notebook)),
    [ids.restartAndRunAll]: () => withNotebook((notebook) => restartAndRunAll(kernels, notebook)),
    [ids.showVariables]: () => commands.executeCommand(`${views.variables}.focus`),
    [ids.cellCost]: (cell) => targets.costs.ask(cell as NotebookCell | undefined),
    [ids.debugCell]: (cell) => debugCell(kernels, cell as NotebookCell | undefined),
    [ids.installBackend]: async () => {
      const { installBackend } = await import('./install-backend')
      await installBackend(services)
      await backend.check()
      await tellKnown()
    },
    [ids.installNative]: async () => {
      const { installNativeBackend } = await import('./install-native')
      await installNativeBackend(services)
    },
    [ids.installDataset]: async (name) => {
      const { installDataset } = await import('./install-dataset')
      await installDataset(services, typeof name === 'string' ? name : undefined)
    },
    [ids.diagnose]: async () => {
      const { diagnose } = await import('./diagnose')
      await diagnose(services)
    },
    [ids.showLog]: () => services.log.show(),
    [ids.openMask]: async (node) =>
      openMask(await targets.maskPanels(), experiments, node as TreeNode | undefined),
    [ids.refreshExperiments]: () => experiments.reload(),
    ...experimentActions(targets),
  }
  return Disposable.from(
    ...Object.entries(actions).map(([id, action]) =>
      commands.registerCommand(id, async (argument?: unknown, all?: unknown) => {
        try {
          await action(argument, all)
        } catch (error) {
          services.log.error(`${id} failed.`, error instanceof Error ? error : String(error))
          void window.showErrorMessage(error instanceof Error ? error.message : String(error))
        }
      }),
    ),
  )
}

function withNotebook(act: (notebook: NotebookDocument) => unknown): unknown {
  const notebook = window.activeNotebookEditor?.notebook
  if (notebook) return act(notebook)
  return void window.showInformationMessage('Open a Ticket Lab notebook first.')
}
