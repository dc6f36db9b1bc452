import type { Command } from 'commander'
import { isExperimentView } from '../../experiments/view'
import { taskLocks } from '../../runtime/locks/task-locks'
import { free, freeable } from '../../store/upkeep/free'
import { emptyTrash } from '../../store/upkeep/trash'
import { places } from '../../support/paths'
import { bytesText } from '../../support/quantities'
import { counted } from './words'

/** Adds `ticketlab store free`. */
export function freeCommand(parent: Command): void {
  parent
    .command('free')
    .description('say what no experiment refers to, and how much it is; with --yes move it to the trash')
    .option('--yes', "move it to the store's trash, from where 'ticketlab store restore' puts it back")
    .option('--empty', 'empty the trash: only this frees the disk, and it cannot be undone')
    .action(async ({ yes, empty }: { yes?: boolean; empty?: boolean }) => {
      const { store } = places()
      if (yes) await moveAside(store)
      else if (!empty) await tell(store)
      if (empty) console.log(`emptied the trash: ${bytesText(await emptyTrash(store))} are free`)
    })
}

async function tell(store: string): Promise<void> {
  const { tasks, leftovers, bytes, young } = await freeable(store, isExperimentView)
  for (const { path, bytes: size } of leftovers) console.log(`${path}  ${bytesText(size)}`)
  if (tasks.length + leftovers.length === 0) console.log('Everything in the store is referred to.')
  else {
    const parts = [
      counted(tasks.length, 'task'),
      ...(leftovers.length > 0 ? [counted(leftovers.length, 'leftover')] : []),
    ]
    console.log(`No experiment refers to ${parts.join(' and ')}, ${bytesText(bytes)}.`)
    console.log('To move it to the trash, from where it can be put back: ticketlab store free --yes')
  }
  if (young.count > 0) {
    const what = `${counted(young.count, 'task')} more, ${bytesText(young.bytes)},`
    console.log(`${what} younger than an hour: a run that goes on may need it, so it is left.`)
  }
}

async function moveAside(store: string): Promise<void> {
  const { part, tasks, leftovers, bytes, busy } = await free(store, isExperimentView, taskLocks(store))
  if (part === undefined) console.log('Nothing can be freed.')
  else {
    const what = `${counted(tasks, 'task')} and ${counted(leftovers, 'leftover')}, ${bytesText(bytes)}`
    console.log(`moved to the trash: ${what}`)
    console.log(`to undo it: ticketlab store restore ${part}`)
    console.log('to free the disk: ticketlab store free --empty')
  }
  if (busy > 0) console.log(`${counted(busy, 'task')} are computed just now, and were left.`)
}
