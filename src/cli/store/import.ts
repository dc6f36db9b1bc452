import type { Command } from 'commander'
import { resolve } from 'node:path'
import { isExperimentView } from '../../experiments/view'
import { taskLocks } from '../../runtime/locks/task-locks'
import { importExperiments } from '../../store/upkeep/import'
import { places } from '../../support/paths'
import { interruptSignal } from '../terminal'
import { takenWords } from './words'

/** Adds `ticketlab store import`. */
export function importCommand(parent: Command): void {
  parent
    .command('import')
    .description("take in what 'ticketlab store export' has written; nothing that is there is replaced")
    .argument('<file>', 'the archive')
    .action(async (file: string) => {
      const taken = await importExperiments(places().store, resolve(file), {
        isView: isExperimentView,
        takeTask: taskLocks,
        signal: interruptSignal(),
      })
      console.log(takenWords(taken).join('\n'))
    })
}
