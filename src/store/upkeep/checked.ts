import { TicketLabError } from '../../support/errors'
import { checkFormat } from '../open'

/** @throws TicketLabError `store-newer`, `bad-input` where there is no store */
export async function checkIsStore(folder: string): Promise<void> {
  if ((await checkFormat(folder)) !== 'none') return
  throw new TicketLabError(
    'bad-input',
    `Expected a store in ${folder}, but there is none. The first experiment makes one; TICKETLAB_STORE names another folder.`,
  )
}
