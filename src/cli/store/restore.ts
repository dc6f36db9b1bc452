import type { Command } from 'commander'
import { taskLocks } from '../../runtime/locks/task-locks'
import { restore } from '../../store/upkeep/trash'
import { places } from '../../support/paths'
import { counted } from './words'

/** Adds `ticketlab store restore`. */
export function restoreCommand(parent: Command): void {
  parent
    .command('restore')
    .description('put back what was deleted or freed, as long as the trash was not emptied')
    .argument('[part...]', 'parts of the trash, as delete and free have named them; all by default')
    .action(async (parts: string[]) => {
      const { store } = places()
      const { restored, kept } = await restore(store, taskLocks(store), parts.length > 0 ? parts : undefined)
      const of = (folder: string): number => restored.filter((path) => path.startsWith(folder)).length
      console.log(
        `put back ${counted(of('experiments/'), 'experiment')} and ${counted(of('tasks/'), 'task')}`,
      )
      if (kept.length > 0) console.log(`left in the trash, since it is there again: ${kept.join(', ')}`)
    })
}
