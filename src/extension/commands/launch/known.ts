import { controls } from '../../../experiments/control-kinds'
import type { ControlKind } from '../../../experiments/control-kinds'
import { criteria } from '../../../training/criteria/all'
import type { Criterion } from '../../../tasks/tasks'
import { appearance } from '../../experiments/appearance'
import type { Experiments } from '../../experiments/model'
import { roots } from '../../experiments/nodes'
import { startsOf } from '../../experiments/starts'
import { knownPresets } from '../known-presets'
import type { Services } from '../../services'
import type { Known, KnownTickets } from './questions'

/** What there is to start from: presets, and experiments of the store. */
export async function lookAround(services: Services, experiments: Experiments): Promise<Known> {
  return {
    presets: await knownPresets(services),
    experiments: roots(await experiments.list()).flatMap((node): KnownTickets[] => {
      if (node.kind !== 'experiment') return []
      const { label, description } = appearance(node)
      const known = startsOf(node.experiment)
      return known ? [{ ...known, label, description }] : []
    }),
    criteria: Object.entries(criteria).map(([value, { networks, atOnce }]) => ({
      value: value as Criterion,
      label: networks['one-shot'],
      beforeTraining: atOnce === 'before-training',
    })),
    controls: Object.keys(controls) as ControlKind[],
  }
}
