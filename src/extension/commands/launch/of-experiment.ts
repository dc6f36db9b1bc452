import type { Experiments } from '../../experiments/model'
import type { Services } from '../../services'
import type { Chosen } from '../experiments/choose'
import { findNotebook } from '../experiments/go-to-cell'
import type { Answers } from './questions'
import { givenIn, runExperiment } from './run-experiment'

/** Asks for controls of an experiment of the list, and runs them in a cell behind those of its notebook. */
export function addControl(
  services: Services,
  experiments: Experiments,
  chosen: Chosen,
  given: unknown,
): Promise<void> {
  return runOf(services, experiments, chosen, { kind: 'control' }, given)
}

/** The same of an instability analysis at a level, or at those that are asked for. */
export function analyseInstability(
  services: Services,
  experiments: Experiments,
  chosen: Chosen,
  given: unknown,
): Promise<void> {
  const { level } = chosen
  const analysed = level === undefined ? {} : { analysed: String(level) }
  return runOf(services, experiments, chosen, { kind: 'instabilityOfTickets', ...analysed }, given)
}

async function runOf(
  services: Services,
  experiments: Experiments,
  { experiment }: Chosen,
  known: Answers,
  given: unknown,
): Promise<void> {
  const { answers, where } = givenIn(given)
  await runExperiment(services, experiments, {
    answers: { ...known, of: experiment.digest, ...answers },
    ...(where ? { where } : {}),
    notebook: experiment.origin && (await findNotebook(experiment.origin)),
  })
}
