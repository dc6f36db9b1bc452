import { spawn } from 'node:child_process'
import {
  Disposable,
  LanguageModelTextPart,
  LanguageModelToolResult,
  lm,
  MarkdownString,
  workspace,
  type CancellationToken,
  type LanguageModelTool,
} from 'vscode'
import { runInNotebook } from '../commands/notebooks'
import { languageModelTools, type LanguageModelToolName } from '../contributions'
import { ourNode } from '../notebook/launch'
import type { Services } from '../services'

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
      const asked = await ask(name, input, services, token)
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
      if (!isRun) return result(await ask(name, input, services, token))
      const { cellOf, checkAsked } = await import('../../lab/assistant/asked')
      const code = cellOf(checkAsked(input), 'background')
      await runInNotebook({ kind: 'code', language: 'typescript', text: code })
      return result(
        `The experiment is computed in the background. Its cell is in the notebook, where its plot grows:\n${code}\n` +
          'The user cancels it in the status bar. Ask ticketlab_results for what is found so far.',
      )
    },
  }
}

/** An assistant may have been told what to do by a file of the folder. */
function checkTrust(): void {
  if (!workspace.isTrusted)
    throw new Error('Ticket Lab does nothing for assistants in folders that are not trusted.')
}

function result(text: string): LanguageModelToolResult {
  return new LanguageModelToolResult([new LanguageModelTextPart(text)])
}

/** What a tool answers, in a process of its own, as everything that computes. @throws Error with what it was refused for */
async function ask(
  name: LanguageModelToolName,
  input: object,
  services: Services,
  token: CancellationToken,
): Promise<string> {
  const { node, env } = await ourNode()
  const child = spawn(node, [services.built('cli.cjs'), 'tool', name], { env })
  const cancelling = token.onCancellationRequested(() => child.kill())
  let said = ''
  let complained = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complained += text))
  child.stdin.end(JSON.stringify(input))
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', resolve)
    })
    if (code === 0) return said.trim()
    throw new Error(complained.trim() || `ticketlab tool ${name} ended with ${code}.`)
  } finally {
    cancelling.dispose()
  }
}
