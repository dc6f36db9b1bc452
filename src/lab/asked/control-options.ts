import { control } from '../../experiments/control'
import { controls, type ControlKind } from '../../experiments/control-kinds'
import type { Experiment } from '../../experiments/experiment'
import type { Setup } from '../../experiments/setup'
import { checkOptions, nameIn, wholeNumber, wholeNumbers, type Checks } from '../../support/options'
import type { Results } from '../results/results'
import { paperOf } from './presets'

/** Which levels of the tickets a control is for. */
export interface ControlOptions {
  /** Levels of pruning that the tickets have, such as `[3, 7]`; all by default, fewer save time. */
  readonly levels?: readonly number[]
  /**
   * How often weights or masks are drawn for each replicate, from 1 to 100; 1 by default. Frankle & Carbin 2019, fig. 3 and 4:
   * three random reinitialisations of every trial. Each replicate is then the mean of its draws in plots, tables and verdicts,
   * whose spread stays that over replicates; CSV files have every training. Masks, weights and tickets are those of draw 1.
   */
  readonly draws?: number
}

export const controlChecks: Checks<ControlOptions> = { levels: wholeNumbers, draws: wholeNumber(1, 100) }

/**
 * Describes the control that `lab.control` was asked for.
 * @throws TicketLabError `bad-input`
 */
export function checkControl(tickets: Results, kind: unknown, options: unknown): Experiment {
  const { levels, draws = 1 } = checkOptions<ControlOptions>(options, controlChecks, 'lab.control')
  const { experiment } = tickets
  const { setup } = experiment
  const checked = nameIn(controls, 'control')(kind, 'kind')
  const deviations = [...setup.deviations, ...fewerDraws(setup, checked, draws)]
  return control({ ...experiment, setup: { ...setup, deviations } }, checked, levels, draws)
}

/** Frankle & Carbin (2019) reinitialise every trial three times. */
function fewerDraws({ name }: Setup, kind: ControlKind, draws: number): string[] {
  const compared = controls[kind].reinit && paperOf(name)?.startsWith('Frankle & Carbin 2019')
  if (!compared || draws === 3) return []
  return [`${draws} random reinitialisation${draws === 1 ? '' : 's'} per replicate (paper: 3)`]
}
