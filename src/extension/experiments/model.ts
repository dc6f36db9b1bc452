import { EventEmitter, workspace, type Event } from 'vscode'
import { isExperimentView } from '../../experiments/view'
import { listExperiments, watchExperiments } from '../../store/experiments'
import { readLabels } from '../../store/labels'
import { oneAtATime } from '../../support/one-at-a-time'
import type { Digest } from '../../tasks/tasks'
import type { BackgroundRuns } from './background-runs'
import { currentSettings } from '../configuration'
import { settings, settingsSection } from '../contributions'
import type { Services } from '../services'
import {
  emptyRegistry,
  experiments,
  withLive,
  withoutKernel,
  withStored,
  type Kept,
  type KnownExperiment,
  type Registry,
} from './registry'

/** All experiments there are, kept up to date from the kernels and the store. */
export interface Experiments {
  /** Reads the store the first time. */
  list(): Promise<readonly KnownExperiment[]>
  find(digest: Digest): KnownExperiment | undefined
  /** Reads the store again. */
  reload(): Promise<void>
  readonly onChange: Event<void>
  dispose(): void
}

/** The store is read and watched from when somebody first asks for the list. */
export function createExperiments({ log, news }: Services, background: BackgroundRuns): Experiments {
  const changed = new EventEmitter<void>()
  let registry: Registry = emptyRegistry
  /** Only the first reading is waited for: later ones tell when they have something new. */
  let first: Promise<void> | undefined
  let stopWatching: (() => void) | undefined

  const update = (next: Registry): void => {
    registry = next
    changed.fire()
  }
  // Of two readings at once, the older could end last.
  const read = oneAtATime(async (): Promise<void> => {
    const { store } = currentSettings()
    try {
      const { experiments: stored, damaged } = await listExperiments(store, isExperimentView)
      for (const path of damaged) {
        log.warn(`The experiment in ${path} is damaged and not listed. Run its cell again to list it anew.`)
      }
      const labels = await readLabels(store)
      const kept = stored.map(({ view: { digest }, description, origin }): [Digest, Kept] => {
        const label = labels.get(digest)
        return [digest, { setup: description, ...(origin ? { origin } : {}), ...(label ? { label } : {}) }]
      })
      const views = stored.map(({ view }) => view)
      update(withStored(registry, views, new Map(kept)))
    } catch (error) {
      log.error(`The experiments in ${store} cannot be listed.`, String(error))
    }
  })
  const watch = (): void => {
    stopWatching?.()
    stopWatching = watchExperiments(currentSettings().store, () => void read())
  }
  const listening = [
    news.listen((kernel, told) => {
      if (told.type === 'experiment') update(withLive(registry, kernel, told.experiment))
      if (told.type === 'ended') update(withoutKernel(registry, kernel))
      if (told.type === 'background') changed.fire()
    }),
    workspace.onDidChangeConfiguration((event) => {
      const moved = [settings.home, settings.store].some((name) =>
        event.affectsConfiguration(`${settingsSection}.${name}`),
      )
      if (!moved || !first) return
      watch()
      void read()
    }),
  ]

  return {
    async list() {
      if (!first) {
        watch()
        first = read()
      }
      await first
      return experiments(registry, background.digests())
    },
    find: (digest) =>
      experiments(registry, background.digests()).find((experiment) => experiment.digest === digest),
    reload: read,
    onChange: changed.event,
    dispose() {
      stopWatching?.()
      listening.forEach((listener) => void listener.dispose())
      changed.dispose()
    },
  }
}
