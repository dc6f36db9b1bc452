import type { Distances } from '../../training/interpolate'
import type { EvaluateTask, TaskKind } from '../../training/tasks'

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

/** What is worth knowing about a finished task without reading its files. */
export type Facts =
  | { readonly kind: 'initialize' }
  | {
      readonly kind: 'train'
      readonly steps: number
      /** Parameters of which only the survivors were computed with; absent for none. */
      readonly sparse?: readonly string[]
    }
  /** Weights kept by parameter. */
  | { readonly kind: 'prune'; readonly kept: Readonly<Record<string, number>> }
  /** Mean loss, and accuracy in [0, 1], over `count` examples. */
  | { readonly kind: 'evaluate'; readonly loss: number; readonly accuracy: number; readonly count: number }
  | InterpolateFacts
  /** Mean loss over the last tenth of the steps. */
  | { readonly kind: 'bend'; readonly steps: number; readonly loss: number }

/** What was found between two weight vectors. */
export interface InterpolateFacts {
  readonly kind: 'interpolate'
  readonly alphas: readonly number[]
  /** Mean loss, and error in [0, 1], at every alpha; a member for each split that was asked for. */
  readonly splits: Readonly<Partial<Record<EvaluateTask['split'], LineFigures>>>
  readonly distances: Distances
}

export interface LineFigures {
  readonly loss: readonly number[]
  readonly error: readonly number[]
}

/** Reads result.json's text; `undefined` when it is not what we write. */
export function parseResult(text: string): TaskResult | undefined {
  try {
    const content: unknown = JSON.parse(text)
    return isResult(content) ? content : undefined
  } catch {
    // Not JSON: the caller says what was expected.
    return undefined
  }
}

function isResult(value: unknown): value is TaskResult {
  if (!isRecord(value) || !isRecord(value['facts']) || !isRecord(value['files'])) return false
  return (
    typeof value['kind'] === 'string' &&
    value['facts']['kind'] === value['kind'] &&
    typeof value['finishedAt'] === 'string' &&
    typeof value['seconds'] === 'number' &&
    Object.values(value['files']).every(
      (sum) => isRecord(sum) && typeof sum['size'] === 'number' && typeof sum['sha256'] === 'string',
    )
  )
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
