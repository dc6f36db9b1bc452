import { closest } from 'fastest-levenshtein'
import { TicketLabError } from '../support/errors'
import type { Network } from './network'

/** LeNet-300-100 (LeCun et al. 1998) as in Frankle & Carbin 2019, fig. 2: 266,200 weights. */
export const lenet: Network = {
  name: 'lenet',
  input: [28, 28, 1],
  layers: [
    { kind: 'dense', name: 'dense1', units: 300, activation: 'relu' },
    { kind: 'dense', name: 'dense2', units: 100, activation: 'relu' },
    { kind: 'dense', name: 'output', units: 10, activation: 'none' },
  ],
  classes: 10,
}

const networks: readonly Network[] = [lenet]

/**
 * The network of the zoo called `name`.
 * @throws TicketLabError `bad-input` with the nearest name
 */
export function networkByName(name: string): Network {
  const network = networks.find((candidate) => candidate.name === name)
  if (network) return network
  const names = networks.map((candidate) => candidate.name)
  throw new TicketLabError(
    'bad-input',
    `There is no network "${name}". Did you mean "${closest(name, names)}"? There are: ${names.join(', ')}.`,
  )
}
