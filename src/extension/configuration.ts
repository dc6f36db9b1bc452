import { availableParallelism } from 'node:os'
import { workspace } from 'vscode'
import { settings, settingsSection } from './contributions'
import { resolveSettings, type Configuration, type ResolvedSettings } from './settings'

/** The settings as they are now. */
export function configuration(): Configuration {
  const section = workspace.getConfiguration(settingsSection)
  return {
    nodePath: section.get(settings.nodePath, ''),
    home: section.get(settings.home, ''),
    store: section.get(settings.store, ''),
    trainers: section.get(settings.trainers, 0),
    backend: section.get(settings.backend, 'auto'),
    runs: section.get(settings.runs, 'here'),
    // VS Code's own object cannot go to another process.
    slurm: JSON.parse(JSON.stringify(section.get(settings.slurm, {}))) as object,
  }
}

/** The settings as they are now, with defaults and environment applied. */
export function currentSettings(): ResolvedSettings {
  return resolveSettings(configuration(), process.env, availableParallelism())
}
