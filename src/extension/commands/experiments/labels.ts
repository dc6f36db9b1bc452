import { window } from 'vscode'
import { writeLabel, type Label } from '../../../store/labels'
import { currentSettings } from '../../configuration'
import type { Experiments } from '../../experiments/model'
import { shownName, type KnownExperiment } from '../../experiments/registry'
import type { Chosen } from './choose'

/** Asks what an experiment is to be called; empty gives it its own name back. Nothing that is computed changes. */
export async function rename(
  experiments: Experiments,
  { experiment }: Chosen,
  given: unknown,
): Promise<void> {
  const name =
    typeof given === 'string'
      ? given
      : await window.showInputBox({
          title: `Rename ${experiment.name}`,
          prompt: `What it is called in the tree; empty for '${experiment.name}'`,
          value: shownName(experiment),
        })
  if (name === undefined) return
  const label = name.trim()
  await keep(experiments, experiment, {
    ...(label === '' || label === experiment.name ? {} : { name: label }),
    ...(experiment.label?.pinned ? { pinned: true } : {}),
  })
}

/** Puts experiments before the others, or back among them. */
export async function pin(
  experiments: Experiments,
  chosen: readonly Chosen[],
  pinned: boolean,
): Promise<void> {
  for (const { experiment } of chosen) {
    const name = experiment.label?.name
    await keep(experiments, experiment, {
      ...(name === undefined ? {} : { name }),
      ...(pinned ? { pinned } : {}),
    })
  }
}

async function keep(experiments: Experiments, { digest }: KnownExperiment, label: Label): Promise<void> {
  await writeLabel(currentSettings().store, digest, label)
  await experiments.reload()
}
