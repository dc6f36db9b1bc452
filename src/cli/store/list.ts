import type { Command } from 'commander'
import { isExperimentView, type ExperimentView } from '../../experiments/view'
import { inventoryOf, type Inventory } from '../../store/upkeep/inventory'
import { places } from '../../support/paths'
import { bytesText } from '../../support/quantities'
import { aligned, counted, nameOf, stateWords } from './words'

/** Adds `ticketlab store list`. */
export function listCommand(parent: Command): void {
  parent
    .command('list')
    .description('print the experiments with their sizes, and what the store takes in all')
    .action(async () => {
      const { store } = places()
      console.log(inventoryText(await inventoryOf(store, isExperimentView), store).join('\n'))
    })
}

/** A row for each experiment, and the sums. */
function inventoryText(inventory: Inventory<ExperimentView>, store: string): readonly string[] {
  const { experiments, contents, references, bytes, unreferred, trash } = inventory
  const header = ['digest', 'when', 'levels', 'replicates', 'size', 'its alone', 'state', 'name']
  const rows = experiments.map((one) => {
    const { view } = one.experiment
    return [
      view.digest.slice(0, 12),
      view.createdAt.slice(0, 16).replace('T', ' '),
      String(view.levels.length),
      String(view.replicates),
      bytesText(one.bytes) + (one.noted ? '' : ' at most'),
      bytesText(one.alone),
      stateWords(one),
      nameOf(one),
    ]
  })
  const leftovers = contents.leftovers.reduce((sum, one) => sum + one.bytes, 0)
  return [
    ...(rows.length > 0 ? [...aligned([header, ...rows]), ''] : []),
    `${store}: ${counted(experiments.length, 'experiment')}, ${counted(contents.tasks.size, 'task')}, ${bytesText(bytes)}`,
    ...references.damaged.map((path) => `damaged, and not listed: ${path}`),
    ...(unreferred.tasks > 0
      ? [
          `no experiment refers to ${counted(unreferred.tasks, 'task')}, ${bytesText(unreferred.bytes)}: ticketlab store free`,
        ]
      : []),
    ...(leftovers > 0
      ? [`moved aside since it was damaged, ${bytesText(leftovers)}: ticketlab store free`]
      : []),
    ...(trash > 0 ? [`in the trash, ${bytesText(trash)}: ticketlab store free --empty`] : []),
  ]
}
