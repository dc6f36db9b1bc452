import { describe, inputsOf } from '../tasks/digest'
import type { Digest, Task, TrainTask } from '../tasks/tasks'

/**
 * The same tasks, inputs before what needs them, where of trainings that differ only in where they end each goes on from
 * the one before: W_0 to W_k is trained once, whatever else is copied or rewound to, and is the beginning of the full
 * network's training.
 */
export function resuming(tasks: ReadonlyMap<Digest, Task>): ReadonlyMap<Digest, Task> {
  const alike = new Map<string, { readonly digest: Digest; readonly task: TrainTask }[]>()
  for (const [digest, task] of tasks) {
    if (task.kind !== 'train') continue
    const beginning = describe({ ...task, until: 0 })
    alike.set(beginning, [...(alike.get(beginning) ?? []), { digest, task }])
  }
  const linked = new Map(tasks)
  for (const trainings of alike.values()) {
    trainings.sort((one, other) => one.task.until - other.task.until)
    trainings.slice(1).forEach(({ digest, task }, index) => {
      const before = trainings[index]!
      linked.set(digest, { ...task, resume: { task: before.digest, step: before.task.until } })
    })
  }
  return inputsFirst(linked)
}

/**
 * Tasks and those that they need, as far as they are among `tasks`; inputs come before what needs them.
 * @param wanted all by default
 */
export function inputsFirst(
  tasks: ReadonlyMap<Digest, Task>,
  wanted: Iterable<Digest> = tasks.keys(),
): ReadonlyMap<Digest, Task> {
  const ordered = new Map<Digest, Task>()
  const visit = (digest: Digest): void => {
    const task = tasks.get(digest)
    if (!task || ordered.has(digest)) return
    inputsOf(task).forEach(visit)
    ordered.set(digest, task)
  }
  for (const digest of wanted) visit(digest)
  return ordered
}
