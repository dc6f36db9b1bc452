import { controls } from '../../../experiments/control-kinds'
import type { ControlKind } from '../../../experiments/control-kinds'
import { criteria } from '../../../training/criteria/all'
import type { Criterion } from '../../../tasks/tasks'
import { appearance } from '../../experiments/appearance'
import type { Experiments } from '../../experiments/model'
import { roots } from '../../experiments/nodes'
import { startsOf } from '../../experiments/starts'
import { datasetsThere } from '../install-dataset'
import { presetItem } from '../preset-items'
import type { Services } from '../../services'
import type { Known, KnownPreset, KnownTickets } from './questions'

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

async function knownPresets(services: Services): Promise<readonly KnownPreset[]> {
  const [{ publishedPresetNames }, { aboutPreset }] = await Promise.all([
    import('../../../lab/asked/presets'),
    import('../../../lab/asked/presets/about'),
  ])
  const there = await datasetsThere(services)
  const all = publishedPresetNames.map((name) => ({ name, about: aboutPreset(name) }))
  return all.map(({ name, about }) => ({ about, item: presetItem(name, about, all[0]!, there) }))
}
