import { effective } from '../backends/augmentation'
import type { Backend, BackendId, SessionData, TrainingSession } from '../backends/backend'
import type { StepProgram } from '../backends/program'
import type { Dataset, DatasetSpec } from '../datasets/dataset'
import { loadDataset } from '../datasets/load'
import { buildStepProgram, type StepOptions } from '../networks/lower'
import { canonicalJson, type Json } from '../support/canonical'
import { TicketLabError } from '../support/errors'
import type { Phase } from '../tasks/events'
import type { BackendKey } from '../tasks/tasks'
import type { OpenSession, SessionDescription, TaskContext } from './context'

/** For a session that trains nothing, any rule will do. */
const evaluationOnly: StepOptions = { optimizer: { kind: 'sgd', learningRate: 0 }, batchSize: 1 }

/**
 * Opens sessions for a trainer, which keeps one of each: backends, dataset and session stay until a task needs
 * others. Consecutive levels of one experiment share all three.
 */
export function createSessions(
  openBackend: (key: BackendKey) => Backend | Promise<Backend>,
  tell: (phase: Phase) => void = () => undefined,
): TaskContext['open'] {
  const backends = new Map<BackendId, Backend>()
  let data: { key: string; dataset: Dataset } | undefined
  let current:
    | {
        backend: BackendId
        network: string
        data: string
        options: string
        frozen: boolean
        session: TrainingSession
      }
    | undefined

  async function datasetOf(spec: DatasetSpec): Promise<{ key: string; dataset: Dataset }> {
    const key = keyOf(spec)
    if (data?.key !== key) {
      close()
      data = undefined
      tell('loading data')
      data = { key, dataset: await loadDataset(spec) }
    }
    return data
  }

  function close(): void {
    current?.session.dispose()
    current = undefined
  }

  const open = async (description: SessionDescription): Promise<OpenSession> => {
    const { network, recipe, frozen = false } = description
    const { id } = description.backend
    const backend = backends.get(id) ?? (await openBackend(description.backend))
    backends.set(id, backend)
    checkBackend(backend, description.backend)
    const { key, dataset } = await datasetOf(description.dataset)
    const options = stepOptions(recipe)
    const wanted = { backend: id, network: keyOf(network), data: key, options: keyOf(options), frozen }
    const fits =
      current?.backend === id &&
      current.network === wanted.network &&
      current.data === wanted.data &&
      // An evaluation, too, depends on what masks do.
      current.frozen === frozen &&
      (!recipe || current.options === wanted.options)
    if (!current || !fits) {
      close()
      tell('compiling')
      const program = buildStepProgram(network, { ...options, ...(frozen ? { frozen } : {}) })
      const session = backend.open(program, sessionData(dataset))
      current = { ...wanted, session }
    }
    return { session: current.session, dataset }
  }

  return Object.assign(open, {
    async dataset(spec: DatasetSpec): Promise<Dataset> {
      return (await datasetOf(spec)).dataset
    },
    async program(key: BackendKey, program: StepProgram, data: SessionData): Promise<TrainingSession> {
      const backend = backends.get(key.id) ?? (await openBackend(key))
      backends.set(key.id, backend)
      checkBackend(backend, key)
      close()
      const session = backend.open(program, data)
      // No network has an empty description, so the next task opens a session of its own.
      current = { backend: key.id, network: '', data: '', options: '', frozen: false, session }
      return session
    },
  })
}

/** What a session needs of a dataset. */
export function sessionData({ shape, normalize, train, validation, test }: Dataset): SessionData {
  return { shape, normalize, splits: { train, validation, test } }
}

/** Results are kept under the arithmetic that made them, so no other may compute the task. */
function checkBackend({ id, arithmetic }: Backend, wanted: BackendKey): void {
  if (arithmetic === wanted.arithmetic) return
  throw new TicketLabError(
    'backend-failed',
    `Expected the backend ${id} with arithmetic ${wanted.arithmetic}, found ${arithmetic}: ` +
      'it was installed anew in the meantime. Run the experiment again.',
  )
}

/** The part of a recipe that the compiled step depends on. */
function stepOptions({
  optimizer,
  weightDecay = 0,
  weightDecayOn = 'weights',
  batchSize,
  augmentation,
}: StepOptions = evaluationOnly): StepOptions {
  const effect = effective(augmentation)
  return {
    ...{ optimizer, weightDecay, batchSize },
    ...(weightDecayOn === 'weights' ? {} : { weightDecayOn }),
    ...(effect ? { augmentation: effect } : {}),
  }
}

function keyOf(description: object): string {
  return canonicalJson(description as Json)
}
