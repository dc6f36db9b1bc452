import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { namesIn, readIfThere, touch, writeWhole } from '../support/files'
import { objectOf, optional, text } from '../support/json-shape'
import { seal, unseal } from '../support/sealed'
import type { Digest } from '../tasks/tasks'
import { experimentsFolder, labelFile, labelsFolder } from './layout'
import { checkFormat } from './open'

/** What its user has said of an experiment. No digest depends on it. */
export interface Label {
  /** What it is called instead of its name. */
  readonly name?: string
  /** That it stands before the others. */
  readonly pinned?: true
}

/**
 * Keeps a label, or removes it when it says nothing.
 * @throws TicketLabError `store-newer`, `disk-full`, `bad-input` where nothing can be written
 */
export async function writeLabel(store: string, experiment: Digest, label: Label): Promise<void> {
  await checkFormat(store)
  const file = labelFile(store, experiment)
  if (label.name === undefined && !label.pinned) await rm(file, { force: true })
  else await writeWhole(file, seal(`${JSON.stringify(label)}\n`))
  await touch(experimentsFolder(store))
}

/** All labels, by the digest of the experiment; one that cannot be read counts as none. */
export async function readLabels(store: string): Promise<ReadonlyMap<Digest, Label>> {
  const names = await namesIn(labelsFolder(store))
  const labels = new Map<Digest, Label>()
  for (const file of names.filter((name) => name.endsWith('.json'))) {
    const bytes = await readIfThere(join(labelsFolder(store), file))
    // There never was a label without a sum.
    const label = bytes && unseal(bytes, '\0')
    if (isLabel(label)) labels.set(file.slice(0, -'.json'.length), label as Label)
  }
  return labels
}

const isLabel = objectOf({ name: optional(text), pinned: optional((value) => value === true) })
