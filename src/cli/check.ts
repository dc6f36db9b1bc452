import { dirname, join, resolve } from 'node:path'
import type { Command } from 'commander'
import { bundleFolder } from '../support/paths'
import { codeCellsOf, readNotebook } from './run-file'

/** Adds `ticketlab check`. */
export function checkCommand(parent: Command): void {
  parent
    .command('check')
    .description('tell the mistakes in notebooks without running them; exit code 0 only if there are none')
    .argument('<notebooks...>', 'notebooks (.ipynb) of TypeScript cells')
    .action(check)
}

async function check(notebooks: readonly string[]): Promise<void> {
  // Far the largest part of the command line: loaded by none of the others.
  const { checkNotebook } = await import('../language/mistakes')
  const types = join(bundleFolder(), 'types')
  let count = 0
  for (const path of notebooks) {
    const cells = codeCellsOf(await readNotebook(path))
    const folder = dirname(resolve(path))
    for (const { cell, line, column, message } of checkNotebook({ types, folder, cells })) {
      console.log(`${path}, cell ${cell}, line ${line}, column ${column}: ${message}`)
      count++
    }
  }
  if (count > 0) process.exitCode = 1
}
