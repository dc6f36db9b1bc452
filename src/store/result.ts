import {
  count,
  finite,
  fraction,
  listOf,
  numeric,
  objectOf,
  optional,
  recordOf,
  text,
  type Shape,
} from '../support/json-shape'
import { seal, unseal } from '../support/sealed'
import type { TaskKind } from '../tasks/tasks'
import type { Facts } from '../tasks/facts'

/** What result.json holds: small facts, and what the task's files must look like. */
export interface TaskResult {
  readonly kind: TaskKind
  readonly facts: Facts
  readonly files: Readonly<Record<string, FileSum>>
  /** ISO 8601. */
  readonly finishedAt: string
  /** Time that trainers worked on it, interrupted attempts left out. */
  readonly seconds: number
}

export interface FileSum {
  /** Bytes. */
  readonly size: number
  readonly sha256: string
}

/** How result.json began in versions that gave it no sum, whose other checks it still has. */
const unsealed = '{"kind":"'

/** The text of result.json. */
export function resultText(result: TaskResult): string {
  return seal(`${JSON.stringify(result)}\n`)
}

/** Reads result.json; `undefined` when it is not what we write. */
export function parseResult(bytes: Buffer): TaskResult | undefined {
  const content = unseal(bytes, unsealed)
  return isResult(content) ? content : undefined
}

function isResult(value: unknown): value is TaskResult {
  if (!isOfAnyKind(value)) return false
  const { kind, facts } = value as TaskResult
  return Object.hasOwn(factShapes, kind) && facts.kind === kind && factShapes[kind](facts)
}

const isOfAnyKind = objectOf({
  kind: text,
  facts: objectOf({ kind: text }),
  files: recordOf(objectOf({ size: count, sha256: text })),
  finishedAt: text,
  seconds: finite,
})

const line = objectOf({ loss: listOf(numeric), error: listOf(fraction) })

const factShapes: Readonly<Record<TaskKind, Shape>> = {
  initialize: () => true,
  treat: () => true,
  given: () => true,
  gradients: () => true,
  train: objectOf({ steps: count, sparse: optional(listOf(text)) }),
  prune: objectOf({ kept: recordOf(count) }),
  evaluate: objectOf({ loss: numeric, accuracy: fraction, count }),
  interpolate: objectOf({
    alphas: listOf(fraction),
    splits: recordOf(line),
    distances: objectOf({
      l2: numeric,
      cosine: numeric,
      travelled: optional(numeric),
      relative: optional(numeric),
    }),
  }),
  plane: objectOf({
    shape: objectOf({ width: numeric, foot: numeric, height: numeric }),
    alphas: listOf(numeric),
    betas: listOf(numeric),
    splits: recordOf(line),
  }),
  bend: objectOf({ steps: count, loss: numeric }),
  align: objectOf({ l2: listOf(numeric), moved: count, units: count, solved: count, kept: recordOf(count) }),
}
