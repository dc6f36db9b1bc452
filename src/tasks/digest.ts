import type { DatasetSpec } from '../datasets/dataset'
import { canonicalJson, sha256, type Json } from '../support/canonical'
import { rowOf } from './kinds/all'
import type { Digest, Task } from './tasks'

/** A task's digest: the SHA-256 of {@link describe}. Equal tasks have equal digests, however they were written. */
export function digestOf(task: Task): Digest {
  return sha256(describe(task))
}

/** A task's canonical description: JSON without the members that only repeat a default. */
export function describe(task: Task): string {
  return canonicalJson(withoutDefaults(task) as unknown as Json)
}

/** The digests of the tasks whose results `task` reads. */
export function inputsOf(task: Task): readonly Digest[] {
  const inputs = rowOf(task.kind).inputs(task)
  return [...new Set(inputs.filter((digest) => digest !== undefined))]
}

/** The training steps that a task takes, without those of the one that it resumes; 0 for those that train nothing. */
export function stepsOf(task: Task): number {
  return rowOf(task.kind).steps(task)
}

function withoutDefaults(given: Task): object {
  const task = 'dataset' in given ? { ...given, dataset: datasetWithoutDefaults(given.dataset) } : given
  return rowOf(task.kind).withoutDefaults(task)
}

function datasetWithoutDefaults({ labelNoise, ...dataset }: DatasetSpec): DatasetSpec {
  if (!labelNoise || labelNoise.fraction === 0) return dataset
  const { fraction, seed = dataset.splitSeed } = labelNoise
  return { ...dataset, labelNoise: seed === dataset.splitSeed ? { fraction } : { fraction, seed } }
}
