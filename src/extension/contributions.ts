/** Every id that package.json and the code share. A test checks the two against each other, both ways. */
export const commands = {
  newNotebook: 'ticketlab.newNotebook',
  openQuickstart: 'ticketlab.openQuickstart',
  runImp: 'ticketlab.runImp',
  runExperiment: 'ticketlab.runExperiment',
  addControl: 'ticketlab.addControl',
  analyseInstability: 'ticketlab.analyseInstability',
  analyseLevel: 'ticketlab.analyseLevel',
  showRuns: 'ticketlab.showRuns',
  cancel: 'ticketlab.cancel',
  toBackground: 'ticketlab.toBackground',
  interrupt: 'ticketlab.interrupt',
  debugCell: 'ticketlab.debugCell',
  cellCost: 'ticketlab.cellCost',
  restartKernel: 'ticketlab.restartKernel',
  restartAndRunAll: 'ticketlab.restartAndRunAll',
  showVariables: 'ticketlab.showVariables',
  installBackend: 'ticketlab.installBackend',
  installNative: 'ticketlab.installNative',
  installDataset: 'ticketlab.installDataset',
  diagnose: 'ticketlab.diagnose',
  showLog: 'ticketlab.showLog',
  openMask: 'ticketlab.openMask',
  refreshExperiments: 'ticketlab.refreshExperiments',
  goToCell: 'ticketlab.goToCell',
  runCellAgain: 'ticketlab.runCellAgain',
  copyCode: 'ticketlab.copyCode',
  showRecipe: 'ticketlab.showRecipe',
  openPlots: 'ticketlab.openPlots',
  compareExperiments: 'ticketlab.compareExperiments',
  renameExperiment: 'ticketlab.renameExperiment',
  pinExperiment: 'ticketlab.pinExperiment',
  unpinExperiment: 'ticketlab.unpinExperiment',
  exportTicket: 'ticketlab.exportTicket',
  exportCsv: 'ticketlab.exportCsv',
  exportTensorboard: 'ticketlab.exportTensorboard',
  exportExperiments: 'ticketlab.exportExperiments',
  importExperiments: 'ticketlab.importExperiments',
  showSize: 'ticketlab.showSize',
  deleteExperiments: 'ticketlab.deleteExperiments',
  undoDelete: 'ticketlab.undoDelete',
  freeStore: 'ticketlab.freeStore',
  filterExperiments: 'ticketlab.filterExperiments',
  groupExperiments: 'ticketlab.groupExperiments',
} as const

export type CommandId = (typeof commands)[keyof typeof commands]

export const views = { experiments: 'ticketlab.experiments', variables: 'ticketlab.variables' } as const

export const viewContainers = { ticketlab: 'ticketlab', panel: 'ticketlab-panel' } as const

/** Settings, without their common prefix. */
export const settings = {
  nodePath: 'nodePath',
  home: 'home',
  store: 'store',
  trainers: 'trainers',
  backend: 'backend',
  runs: 'runs',
  slurm: 'slurm',
  jupyterKeys: 'jupyterKeys',
  askBeforeRestart: 'askBeforeRestart',
} as const

/** What assistants in the editor are offered; docs/assistants.md. */
export const languageModelTools = {
  ticketlab_describe: 'ticketlab_describe',
  ticketlab_cost: 'ticketlab_cost',
  ticketlab_results: 'ticketlab_results',
  ticketlab_run: 'ticketlab_run',
} as const

export type LanguageModelToolName = keyof typeof languageModelTools

export const settingsSection = 'ticketlab'

/** What our menus ask besides VS Code's own keys. */
export const contextKeys = {
  notebookIsOurs: 'ticketlab.notebookIsOurs',
  tensorflowIsInstalled: 'ticketlab.tensorflowIsInstalled',
  hasExperiments: 'ticketlab.hasExperiments',
} as const

/** VS Code remembers a notebook's kernel under this id: never change it. */
export const controllerId = 'ticketlab'

export const chartRendererId = 'ticketlab-chart'

export const walkthroughId = 'start'

/** The extension's own id, `publisher.name`. */
export const extensionId = 'ticketlab.ticketlab'
