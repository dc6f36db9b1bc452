import type { PublishedName } from '../../datasets/dataset'
import type { PresetAbout } from '../../lab/asked/presets/about'
import { countText } from '../../support/quantities'

/** A preset as a list offers it. */
export interface PresetItem {
  readonly label: string
  readonly description: string
  readonly detail: string
  /** Its dataset, where that has to be installed first. */
  readonly missing?: PublishedName
}

/**
 * What a list says of a preset: its paper, its dataset and whether that is there, its steps, and what one training costs in
 * arithmetic, beside one of `reference`: how long that takes depends on the machine.
 * @param there the datasets that are there, those that ship among them
 */
export function presetItem(
  name: string,
  about: PresetAbout,
  reference: { readonly name: string; readonly about: PresetAbout },
  there: ReadonlySet<string>,
): PresetItem {
  const { paper, dataset, steps, batchSize, multiplyAdds } = about
  const isMissing = !there.has(dataset)
  const times = multiplyAdds / reference.about.multiplyAdds
  return {
    label: name,
    description: paper,
    detail: [
      `${dataset}${isMissing ? ', not installed' : ''}`,
      `${countText(steps)} steps of ${batchSize} examples`,
      `cost: ${times === 1 ? '1' : `${countText(Number(times.toPrecision(2)))} × ${reference.name}`}`,
    ].join(' · '),
    ...(isMissing ? { missing: dataset } : {}),
  }
}

/** What choices of the wizard come to, such as `18 trainings, 36,000 steps`. */
export function workOf(levels: number, replicates: number, steps: number): string {
  const trainings = (levels + 1) * replicates
  return `${countText(trainings)} trainings, ${countText(trainings * steps)} steps`
}
