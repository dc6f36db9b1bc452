import type { Command } from 'commander'
import { resolve } from 'node:path'
import { isExperimentView } from '../../experiments/view'
import { taskLocks } from '../../runtime/locks/task-locks'
import { copyExperiments } from '../../store/upkeep/import'
import { places } from '../../support/paths'
import { interruptSignal } from '../terminal'
import { experimentWords, nameOf, stateWords, takenWords } from './words'

/** Adds `ticketlab store copy`. */
export function copyCommand(parent: Command): void {
  parent
    .command('copy')
    .description('copy experiments with all that they need to another store, made where there is none')
    .usage('<experiment...> <other-store>')
    .argument(
      '<experiment-and-store...>',
      `experiments, each by ${experimentWords}; then the folder of the other store`,
    )
    .action(async (all: string[], _options: unknown, command: Command) => {
      if (all.length < 2) command.error('error: expected experiments and then the other store')
      const { sent, taken } = await copyExperiments(places().store, all.slice(0, -1), resolve(all.at(-1)!), {
        isView: isExperimentView,
        takeTask: taskLocks,
        signal: interruptSignal(),
      })
      for (const one of sent.experiments) console.log(`${nameOf(one)}: ${stateWords(one)}`)
      console.log(takenWords(taken).join('\n'))
    })
}
