import type { Command } from 'commander'
import { copyCommand } from './copy'
import { deleteCommand } from './delete'
import { exportCommand } from './export'
import { freeCommand } from './free'
import { importCommand } from './import'
import { listCommand } from './list'
import { restoreCommand } from './restore'
import { verifyCommand } from './verify'

/** Adds `ticketlab store` with what it can do. */
export function storeCommand(parent: Command): void {
  const store = parent
    .command('store')
    .description('list, check, copy and free what experiments have left (TICKETLAB_STORE names the folder)')
  listCommand(store)
  verifyCommand(store)
  exportCommand(store)
  importCommand(store)
  copyCommand(store)
  deleteCommand(store)
  freeCommand(store)
  restoreCommand(store)
}
