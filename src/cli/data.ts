import type { Command } from 'commander'
import type { DatasetFacts } from '../datasets/dataset'
import { installDataset } from '../datasets/install'
import { libraryFolder, listInstalled } from '../datasets/library'
import { installableDatasets, shipsMnist } from '../datasets/shipped'
import { knownDataset } from '../datasets/published'
import { TicketLabError } from '../support/errors'
import { interruptSignal, progressLine } from './terminal'

/** Adds `ticketlab data install` and `ticketlab data list`. */
export function dataCommand(parent: Command): void {
  const names = installableDatasets()
    .map(({ name }) => name)
    .join(', ')
  const data = parent.command('data').description('install datasets, or list those that are there')
  data
    .command('install')
    .description(`install a dataset: ${names}${shipsMnist() ? ' (MNIST is built in)' : ''}`)
    .argument('<name>', names)
    .option('--from <path>', 'a folder of its files, or its archive, instead of downloading it')
    .action((name: string, { from }: { from?: string }) => install(name, from))
  data
    .command('list')
    .description('print which datasets there are, and which can be installed')
    .action(() => console.log(describeAll().join('\n')))
}

async function install(name: string, from: string | undefined): Promise<void> {
  if (name === 'mnist' && shipsMnist()) {
    console.log('MNIST comes with Ticket Lab: there is nothing to install.')
    return
  }
  const all = installableDatasets()
  const published = all.find((one) => one.name === name)
  if (!published) {
    throw new TicketLabError(
      'bad-input',
      `Expected a dataset among ${all.map((one) => one.name).join(', ')}, found '${name}'. ` +
        'One of your own is made in a cell: lab.dataset(...).',
    )
  }
  const line = progressLine(process.stderr)
  try {
    const installed = await installDataset(published, {
      from,
      signal: interruptSignal(),
      onProgress: ({ stage, message }) => line.show(stage, message),
    })
    line.end()
    console.log(`${published.title} is installed: ${describe(installed)}, from ${installed.from}`)
  } finally {
    line.end()
  }
}

function describeAll(): string[] {
  const folder = libraryFolder()
  const { entries: installed, damaged } = listInstalled(folder)
  const published = installableDatasets().map(({ name }) => {
    const entry = installed.find((one) => one.name === name)
    const state = entry ? `from ${entry.from}` : `not installed: ticketlab data install ${name}`
    return { name, facts: knownDataset(name), state }
  })
  const own = installed
    .filter(({ name }) => name === 'own')
    .map((entry) => ({ name: entry.content.slice(0, 12), facts: entry, state: `your own, ${entry.from}` }))
  const mnist = { name: 'mnist', facts: knownDataset('mnist'), state: 'built in' }
  const rows = [...(shipsMnist() ? [mnist] : []), ...published, ...own]
  const width = Math.max(...rows.map(({ name }) => name.length))
  return [
    ...rows.map(({ name, facts, state }) => `${name.padEnd(width)}  ${describe(facts)}, ${state}`),
    ...damaged.map(({ message }) => message),
  ]
}

function describe({ shape, classes, trainCount, testCount }: DatasetFacts): string {
  const counts = `${trainCount} training and ${testCount} test images`
  return `${counts}, ${shape.join('x')}, ${classes} classes`
}
