import {
  Disposable,
  LanguageModelTextPart,
  LanguageModelToolResult,
  lm,
  MarkdownString,
  workspace,
  type LanguageModelTool,
} from 'vscode'
import { runInNotebook } from '../commands/notebooks'
import { languageModelTools, type LanguageModelToolName } from '../contributions'
import type { Services } from '../services'
import { askTool } from './ask-tool'

/** Offers to assistants in the editor what `ticketlab mcp` offers to others. What they run, they run in a notebook. */
export function registerAssistantTools(services: Services): Disposable {
  const names = Object.keys(languageModelTools) as LanguageModelToolName[]
  return Disposable.from(...names.map((name) => lm.registerTool(name, toolOf(name, services))))
}

function toolOf(name: LanguageModelToolName, services: Services): LanguageModelTool<object> {
  const isRun = name === languageModelTools.ticketlab_run
  return {
    async prepareInvocation({ input }, token) {
      checkTrust()
      if (!isRun) return { invocationMessage: 'Asking Ticket Lab' }
      // What it costs and which cell it is, before anything is run.
      const asked = await askTool(services, name, unconfirmed(input), token)
      return {
        invocationMessage: 'Running an experiment',
        confirmationMessages: {
          title: 'Run this experiment?',
          message: new MarkdownString().appendText(asked),
        },
      }
    },
    async invoke({ input }, token) {
      checkTrust()
      if (!isRun) return result(await askTool(services, name, input, token))
      const [{ checkAsked }, { cellOf }] = await Promise.all([
        import('../../lab/assistant/asked'),
        import('../../lab/assistant/cell'),
      ])
      const code = cellOf(checkAsked(unconfirmed(input)), { run: 'background' })
      await runInNotebook({ kind: 'code', language: 'typescript', text: code })
      return result(
        `The experiment is computed in the background. Its cell is in the notebook, where its plot grows:\n${code}\n` +
          'The user cancels it in the status bar. Ask ticketlab_results for what is found so far.',
      )
    },
  }
}

/** Here the user is asked in any case, whatever the assistant says that the user has agreed to. */
function unconfirmed(input: object): object {
  return Object.fromEntries(Object.entries(input).filter(([name]) => name !== 'confirmed'))
}

/** An assistant may have been told what to do by a file of the folder. */
function checkTrust(): void {
  if (!workspace.isTrusted)
    throw new Error('Ticket Lab does nothing for assistants in folders that are not trusted.')
}

function result(text: string): LanguageModelToolResult {
  return new LanguageModelToolResult([new LanguageModelTextPart(text)])
}
