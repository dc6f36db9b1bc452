import { randomBytes } from 'node:crypto'
import { env, ViewColumn, window } from 'vscode'
import { isExperimentView } from '../../../experiments/view'
import { openStoreView } from '../../../store/store'
import { currentSettings } from '../../configuration'
import { shownName } from '../../experiments/registry'
import type { Services } from '../../services'
import type { Chosen } from './choose'
import { recipeHtml } from './recipe-page'
import { recipeOf, recipeText } from './recipe-text'

/** Shows everything that it takes to repeat an experiment, as a page from which it can be copied. */
export async function showRecipe({ context }: Services, { experiment }: Chosen): Promise<void> {
  const { store } = currentSettings()
  const stored = await openStoreView(store).experiment(experiment.digest, isExperimentView)
  const { version } = context.extension.packageJSON as { readonly version: string }
  const recipe = recipeOf(experiment, stored, `Ticket Lab ${version}`)
  const title = `Recipe: ${shownName(experiment)}`
  const panel = window.createWebviewPanel('ticketlab.recipe', title, ViewColumn.Active, {
    enableScripts: true,
    localResourceRoots: [],
  })
  const texts = [recipeText(recipe), ...recipe.sections.map(({ text }) => text)]
  panel.webview.onDidReceiveMessage(async (message: { readonly copy: number }) => {
    const text = texts[message.copy]
    if (text === undefined) return
    await env.clipboard.writeText(text)
    window.setStatusBarMessage('Copied', 2000)
  })
  panel.webview.html = recipeHtml(recipe, randomBytes(16).toString('base64url'))
}
