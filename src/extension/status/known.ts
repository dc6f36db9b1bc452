import { readdir } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { commands, Disposable, window } from 'vscode'
import { describeTensorflow } from '../../backends/tensorflow/installation/find'
import { experimentsFolder } from '../../store/layout'
import { currentSettings } from '../configuration'
import { contextKeys } from '../contributions'
import type { Services } from '../services'

/** How long VS Code may take to get to know the steps of a walkthrough that it opens, in milliseconds. */
const opening = 1000

/**
 * Tells an open walkthrough what is there already: its steps are done then. Only an open one, because VS Code takes a step
 * for done when a key becomes true, and for never done when it was true before it knew of the step.
 */
export async function tellKnown(): Promise<void> {
  if (!isWalkthroughOpen()) return
  const { backends, store } = currentSettings()
  const kept = await readdir(experimentsFolder(store)).catch(() => [])
  const known = {
    [contextKeys.tensorflowIsInstalled]: describeTensorflow(backends).kind === 'installed',
    [contextKeys.hasExperiments]: kept.length > 0,
  }
  for (const [key, value] of Object.entries(known)) await commands.executeCommand('setContext', key, value)
}

/** Tells it whenever a walkthrough is opened, and when an experiment is there meanwhile. */
export function registerKnown({ news, log }: Services): Disposable {
  const tell = (): void => {
    sleep(opening)
      .then(tellKnown)
      .catch((error: unknown) => log.warn('What is there already could not be looked at.', String(error)))
  }
  let hasExperiment = false
  tell()
  return Disposable.from(
    window.tabGroups.onDidChangeTabs(({ opened }) => {
      if (opened.length > 0 && isWalkthroughOpen()) tell()
    }),
    news.listen((_, told) => {
      if (told.type !== 'experiment' || hasExperiment) return
      hasExperiment = true
      tell()
    }),
  )
}

/** Of walkthroughs, extensions are told nothing but that they are something else than files. */
function isWalkthroughOpen(): boolean {
  return window.tabGroups.all.some(({ tabs }) => tabs.some(({ input }) => input === undefined))
}
