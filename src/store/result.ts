import { count, finite, objectOf, recordOf, text } from '../support/json-shape'
import { seal, unseal } from '../support/sealed'
import { rowOf, taskKinds, type Facts } from '../tasks/kinds/all'
import type { TaskKind } from '../tasks/tasks'

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
  return Object.hasOwn(taskKinds, kind) && facts.kind === kind && rowOf(kind).facts(facts)
}

const isOfAnyKind = objectOf({
  kind: text,
  facts: objectOf({ kind: text }),
  files: recordOf(objectOf({ size: count, sha256: text })),
  finishedAt: text,
  seconds: finite,
})
