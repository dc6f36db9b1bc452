import { createScheduler } from '../../../src/runtime/scheduler'
import { openStore } from '../../../src/store/store'
import type { Task } from '../../../src/tasks/tasks'

/** What the test wants; the first argument, as JSON. */
interface Order {
  readonly store: string
  readonly backends: string
  readonly trainers: number
  readonly trainerPath: string
  readonly tasks: readonly Task[]
}

/** A process with a scheduler of its own: prints every event as a line of JSON, and the outcome at last. */
async function main(): Promise<void> {
  const { store, tasks, ...options } = JSON.parse(process.argv[2]!) as Order
  const scheduler = createScheduler({ ...options, store: await openStore(store), checkpointPeriod: 100 })
  const outcome = await scheduler.run(tasks, { onEvent: (event) => console.log(JSON.stringify(event)) })
  console.log(JSON.stringify(outcome))
  await scheduler.close()
}

void main()
