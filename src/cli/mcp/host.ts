import { availableParallelism } from 'node:os'
import type { AssistantHost } from '../../lab/assistant/tools'
import type { LabHost } from '../../lab/host'
import { places } from '../../support/paths'

/** What tools of assistants work with on the command line. */
export function assistantHost(writeCell: AssistantHost['writeCell'], signal: AbortSignal): AssistantHost {
  const { store, backends } = places()
  const host: LabHost = {
    store,
    backends,
    trainers: availableParallelism(),
    show: () => undefined,
    display: () => () => undefined,
    signal: () => signal,
    activity: () => undefined,
    experiment: () => undefined,
    // Standard output is for answers.
    log: (level, message) => console.error(`${level}: ${message}`),
  }
  return { host, writeCell }
}
