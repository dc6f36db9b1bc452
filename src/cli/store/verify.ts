import type { Command } from 'commander'
import { isExperimentView } from '../../experiments/view'
import { verifyStore } from '../../store/upkeep/verify'
import { places } from '../../support/paths'
import { interruptSignal, progressLine } from '../terminal'
import { counted } from './words'

/** Adds `ticketlab store verify`. */
export function verifyCommand(parent: Command): void {
  parent
    .command('verify')
    .description('compare everything with its sums; exit code 1 if anything is damaged; nothing is changed')
    .action(verify)
}

async function verify(): Promise<void> {
  const { store } = places()
  const line = progressLine(process.stderr)
  const verified = await verifyStore(store, isExperimentView, {
    signal: interruptSignal(),
    onProgress: (done, all) => line.show('verify', `${done} of ${counted(all, 'task')} read`),
  }).finally(() => line.end())
  const { damaged, incomplete } = verified
  for (const message of damaged) console.log(message)
  for (const { view, missing } of incomplete) {
    const first = missing[0]!.slice(0, 12)
    console.log(
      `'${view.name}' (${view.digest.slice(0, 12)}) is finished, but ${counted(missing.length, 'task')} of it ` +
        `${missing.length === 1 ? 'is' : 'are'} not there, such as ${first}. Run its cell again.`,
    )
  }
  const found = damaged.length + incomplete.length === 0 ? 'nothing damaged' : `${damaged.length} damaged`
  console.log(
    `${store}: ${counted(verified.tasks, 'whole task')}, ${verified.unfinished} not finished, ` +
      `${counted(verified.experiments, 'experiment')}; ${found}` +
      (incomplete.length > 0 ? `, ${counted(incomplete.length, 'experiment')} incomplete` : ''),
  )
  if (damaged.length + incomplete.length > 0) process.exitCode = 1
}
