import { window } from 'vscode'
import { commands as ids, type CommandId } from '../../contributions'
import { groupings, type Grouping } from '../../experiments/arrange'
import type { Experiments } from '../../experiments/model'
import type { ExperimentTree } from '../../experiments/tree'
import type { Services } from '../../services'
import { chooseExperiment, chooseExperiments, type Chosen } from './choose'

interface Targets {
  readonly services: Services
  readonly experiments: Experiments
  readonly tree: ExperimentTree
}

type Action = (argument?: unknown, all?: unknown) => unknown

/** What can be done with the rows of the tree; most of it is loaded when it is first done. */
export function experimentActions({ services, experiments, tree }: Targets) {
  const one =
    (question: string, act: (chosen: Chosen, more?: unknown) => unknown): Action =>
    async (node, more) => {
      const chosen = await chooseExperiment(experiments, node, question)
      if (chosen) await act(chosen, more)
    }
  const several =
    (question: string, act: (chosen: readonly Chosen[]) => unknown): Action =>
    async (node, all) => {
      const chosen = await chooseExperiments(experiments, node, all, question)
      if (chosen.length > 0) await act(chosen)
    }
  const analyse = one('Whose networks to analyse', async (chosen, given) =>
    (await import('../launch/of-experiment')).analyseInstability(services, experiments, chosen, given),
  )
  return {
    [ids.goToCell]: one('Whose cell to go to', async (chosen) =>
      (await import('./go-to-cell')).goToCell(chosen),
    ),
    [ids.runCellAgain]: one('Whose cell to run again', async (chosen) =>
      (await import('./go-to-cell')).runCellAgain(chosen),
    ),
    [ids.copyCode]: one('Whose cell to copy', async (chosen) =>
      (await import('./go-to-cell')).copyCode(chosen),
    ),
    [ids.showRecipe]: one('Which recipe to show', async (chosen) =>
      (await import('./recipe')).showRecipe(services, chosen),
    ),
    [ids.addControl]: one('For whose tickets', async (chosen, given) =>
      (await import('../launch/of-experiment')).addControl(services, experiments, chosen, given),
    ),
    [ids.analyseInstability]: analyse,
    [ids.analyseLevel]: analyse,
    [ids.openPlots]: one('Whose plots to open', async (chosen) =>
      (await import('./plots')).openPlots(chosen),
    ),
    [ids.compareExperiments]: several('Which experiment to compare with another', async (chosen) =>
      (await import('./plots')).compare(experiments, chosen),
    ),
    [ids.renameExperiment]: one('Which experiment to rename', async (chosen, name) =>
      (await import('./labels')).rename(experiments, chosen, name),
    ),
    [ids.pinExperiment]: several('Which experiment to pin', async (chosen) =>
      (await import('./labels')).pin(experiments, chosen, true),
    ),
    [ids.unpinExperiment]: several('Which experiment to unpin', async (chosen) =>
      (await import('./labels')).pin(experiments, chosen, false),
    ),
    [ids.exportTicket]: one('Of which experiment to export a ticket', async (chosen, where) =>
      (await import('./exports')).exportTicket(chosen, where),
    ),
    [ids.exportCsv]: several('Which records to export', async (chosen) =>
      (await import('./exports')).exportCsv(chosen),
    ),
    [ids.exportTensorboard]: one('Which records to export', async (chosen, where) =>
      (await import('./exports')).exportTensorboard(chosen, where),
    ),
    [ids.exportExperiments]: several('Which experiment to export', async (chosen) =>
      (await import('./transport')).exportToFile(chosen),
    ),
    [ids.importExperiments]: async (file) => (await import('./transport')).importFromFile(experiments, file),
    [ids.showSize]: several('Whose size to show', async (chosen) =>
      (await import('./removal')).showSize(chosen),
    ),
    [ids.deleteExperiments]: several('Which experiment to delete', async (chosen) =>
      (await import('./removal')).remove(services, experiments, chosen),
    ),
    [ids.undoDelete]: async () => (await import('./removal')).undo(experiments),
    [ids.freeStore]: async () => (await import('./removal')).freeStore(experiments),
    [ids.filterExperiments]: async (given) => {
      const value = tree.arrangement().filter
      const prompt = 'Words of names, labels, deviations, states, dates or notebooks; empty for all'
      const filter =
        typeof given === 'string' ? given : await window.showInputBox({ title: 'Filter', prompt, value })
      if (filter !== undefined) await tree.arrange({ filter: filter.trim() })
    },
    [ids.groupExperiments]: async (given) => {
      const items = Object.entries(groupings).map(([id, label]) => ({ id: id as Grouping, label }))
      const isGiven = items.find(({ id }) => id === given)
      const chosen = isGiven ?? (await window.showQuickPick(items, { title: 'Group Experiments' }))
      if (chosen) await tree.arrange({ groupBy: chosen.id })
    },
  } satisfies Partial<Record<CommandId, Action>>
}
