import type { Services } from '../services'
import { datasetsThere } from './install-dataset'
import type { KnownPreset } from './launch/questions'
import { presetItem } from './preset-items'

/** The presets whose data are built in or can be installed. */
export async function knownPresets(services: Services): Promise<readonly KnownPreset[]> {
  const [{ publishedPresetNames }, { aboutPreset }] = await Promise.all([
    import('../../lab/asked/presets'),
    import('../../lab/asked/presets/about'),
  ])
  const there = await datasetsThere(services)
  const all = publishedPresetNames.map((name) => ({ name, about: aboutPreset(name) }))
  return all.map(({ name, about }) => ({ about, item: presetItem(name, about, all[0]!, there) }))
}
