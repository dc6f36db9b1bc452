import { homedir } from 'node:os'
import { join } from 'node:path'
import type { KernelSettings } from '../kernel/protocol'
import { places } from '../support/paths'

/** The settings as the user wrote them; empty text or 0 means the default. */
export interface Configuration {
  readonly nodePath: string
  readonly home: string
  readonly store: string
  readonly trainers: number
  readonly backend?: string
  readonly runs?: string
  readonly slurm?: object
}

/** Where everything lies and how many trainers may run, after defaults and environment. */
export interface ResolvedSettings extends KernelSettings {
  readonly backends: string
}

/** A setting wins over the environment, the environment over the defaults; trainers default to one per core. */
export function resolveSettings(
  configuration: Configuration,
  environment: Readonly<Record<string, string | undefined>>,
  cores: number,
): ResolvedSettings {
  const home = expandHome(configuration.home)
  const store = expandHome(configuration.store)
  const { trainers, backend, runs, slurm = {} } = configuration
  return {
    ...places({
      ...environment,
      ...(home ? { TICKETLAB_HOME: home } : {}),
      ...(store ? { TICKETLAB_STORE: store } : {}),
    }),
    trainers: Number.isInteger(trainers) && trainers > 0 ? trainers : Math.max(1, cores),
    ...(runs === 'background' ? { runs } : runs === 'slurm' ? { runs: { slurm } } : {}),
    ...(backend === 'mixed' || backend === 'tensorflow' || backend === 'wasm' || backend === 'native'
      ? { backend }
      : {}),
  }
}

/** The environment in which processes of ours find the places that the settings name. */
export function environmentOf(settings: ResolvedSettings): Record<string, string> {
  return {
    TICKETLAB_HOME: settings.home,
    TICKETLAB_STORE: settings.store,
    TICKETLAB_BACKENDS: settings.backends,
  }
}

function expandHome(path: string): string {
  const trimmed = path.trim()
  return trimmed === '~' || /^~[/\\]/.test(trimmed) ? join(homedir(), trimmed.slice(1)) : trimmed
}
