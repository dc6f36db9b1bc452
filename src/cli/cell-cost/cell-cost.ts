import { plannedBy, quietLab, tellCostOf, type ToldCost } from '../../lab/assistant/planned'
import type { LabHost } from '../../lab/host'
import { TicketLabError } from '../../support/errors'
import { interpretCell } from './interpret'

/**
 * Tells what the last of these cells would cost, without executing it or any other.
 * @throws TicketLabError `bad-input` where that cannot be told, with the reason
 */
export async function tellCellCost(
  cells: readonly string[],
  host: LabHost,
  tell: (cost: ToldCost) => void,
): Promise<void> {
  const experiments = await plannedBy(host, (own) => interpretCell(cells, quietLab(host), own))
  if (experiments.length === 0) throw new TicketLabError('bad-input', 'It runs no experiment.')
  await tellCostOf(experiments, host, tell)
}
