import type { Command } from 'commander'
import { resolve } from 'node:path'
import { isExperimentView } from '../../experiments/view'
import { exportExperiments } from '../../store/upkeep/export'
import { places } from '../../support/paths'
import { bytesText } from '../../support/quantities'
import { interruptSignal } from '../terminal'
import { counted, experimentWords, nameOf, stateWords } from './words'

/** Adds `ticketlab store export`. */
export function exportCommand(parent: Command): void {
  parent
    .command('export')
    .description('write experiments with all that they need to one file (tar)')
    .usage('<experiment...> <file>')
    .argument('<experiment-and-file...>', `experiments, each by ${experimentWords}; then the file`)
    .action(async (all: string[], _options: unknown, command: Command) => {
      if (all.length < 2) command.error('error: expected experiments and then the file')
      const file = resolve(all.at(-1)!)
      const { store } = places()
      const packed = await exportExperiments(
        store,
        all.slice(0, -1),
        file,
        isExperimentView,
        interruptSignal(),
      )
      for (const one of packed.experiments) console.log(`${nameOf(one)}: ${stateWords(one)}`)
      console.log(`wrote ${file}: ${counted(packed.tasks.length, 'task')}, ${bytesText(packed.bytes)}`)
    })
}
