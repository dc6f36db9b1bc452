import type { Command } from 'commander'
import { isExperimentView } from '../../experiments/view'
import { attendantsOf } from '../../runtime/attendance'
import { findExperiments } from '../../store/upkeep/find'
import { inventoryOf } from '../../store/upkeep/inventory'
import { deleteExperiments } from '../../store/upkeep/trash'
import { places } from '../../support/paths'
import { bytesText } from '../../support/quantities'
import { experimentWords, nameOf } from './words'

/** Adds `ticketlab store delete`. */
export function deleteCommand(parent: Command): void {
  parent
    .command('delete')
    .description("move experiments to the store's trash; their results stay until they are freed")
    .argument('<experiment...>', `experiments, each by ${experimentWords}`)
    .action(async (asked: string[]) => {
      const { store } = places()
      const found = findExperiments((await inventoryOf(store, isExperimentView)).experiments, asked)
      const part = await deleteExperiments(
        store,
        found.map(({ experiment }) => experiment.view.digest),
        attendantsOf,
      )
      for (const one of found) console.log(`deleted ${nameOf(one)}, ${bytesText(one.alone)} its alone`)
      console.log(`to undo it: ticketlab store restore ${part}`)
      console.log('to free what nobody needs any more: ticketlab store free')
    })
}
