import { readdir } from 'node:fs/promises'
import { commands, type Disposable } from 'vscode'
import { describeTensorflow } from '../../backends/tensorflow/installation/find'
import { experimentsFolder } from '../../store/layout'
import { currentSettings } from '../configuration'
import { contextKeys } from '../contributions'
import type { Services } from '../services'

/** Tells the walkthrough what is there already: its steps are done then. */
export function registerKnown({ news, log }: Services): Disposable {
  const tell = (key: string, value: boolean): void => void commands.executeCommand('setContext', key, value)
  const look = async (): Promise<void> => {
    const { backends, store } = currentSettings()
    tell(contextKeys.tensorflowIsInstalled, describeTensorflow(backends).kind === 'installed')
    const kept = await readdir(experimentsFolder(store)).catch(() => [])
    tell(contextKeys.hasExperiments, kept.length > 0)
  }
  look().catch((error: unknown) => log.warn('What is there already could not be looked at.', String(error)))
  return news.listen((_, told) => {
    if (told.type === 'experiment') tell(contextKeys.hasExperiments, true)
  })
}
