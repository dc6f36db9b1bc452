import { window, workspace, type NotebookDocument } from 'vscode'
import { CloseAction, ErrorAction, LanguageClient, State, TransportKind } from 'vscode-languageclient/node'
import type { CellText, NotebookText } from '../../language/notebook'
import { serviceFlags, type NotebookNotifications } from '../../language/protocol'
import { placeOf } from '../notebook/place'
import type { Services } from '../services'
import { createAnswers, type Answers } from './answers'

/** The language service: a process of its own, started anew when it dies. */
export interface CellLanguage {
  readonly answers: Answers
  /** Tells a notebook as it is now. */
  set(notebook: NotebookDocument): void
  remove(notebook: NotebookDocument): void
  dispose(): Promise<void>
}

/** A service that dies more often than this within three minutes stays away. */
const mostDeaths = 4
const deathsWithin = 3 * 60_000

export function startLanguage(services: Services): CellLanguage {
  const { log } = services
  const notebooks = new Set<NotebookDocument>()
  let deaths: number[] = []
  let sent: Promise<unknown> = Promise.resolve()
  let running = createWaiting()

  const closed = (): { action: CloseAction; handled: true } => {
    const now = Date.now()
    deaths = [...deaths.filter((time) => now - time < deathsWithin), now]
    if (deaths.length > mostDeaths) {
      void window.showErrorMessage(
        'Ticket Lab: what completes and checks cells has died again and again, and stays away until the window is ' +
          'reloaded. The log says more (Ticket Lab: Show Log). Cells run as before.',
      )
      running.giveUp()
      return { action: CloseAction.DoNotRestart, handled: true }
    }
    if (deaths.length === 1) {
      void window.showWarningMessage(
        'Ticket Lab: what completes and checks cells had died and was started again. The log says more (Ticket Lab: Show Log).',
      )
    }
    return { action: CloseAction.Restart, handled: true }
  }

  const watcher = workspace.createFileSystemWatcher('**/*.{ts,mts,cts,js,mjs,cjs,json}')
  const client = new LanguageClient(
    'ticketlab',
    'Ticket Lab language service',
    {
      module: services.built('language.cjs'),
      transport: TransportKind.ipc,
      options: { execArgv: [...serviceFlags] },
    },
    {
      outputChannel: log,
      diagnosticCollectionName: 'ticketlab',
      errorHandler: { error: () => ({ action: ErrorAction.Continue, handled: true }), closed },
      initializationFailedHandler(error) {
        log.error('The language service did not start.', String(error))
        running.giveUp()
        return false
      },
      synchronize: { fileEvents: watcher },
    },
  )

  const send = <Name extends keyof NotebookNotifications>(
    name: Name,
    params: NotebookNotifications[Name],
  ): void => {
    sent = client.sendNotification(name, params).catch((error: unknown) => log.warn(String(error)))
  }
  const isRunning = (): boolean => client.state === State.Running
  const tell = (notebook: NotebookDocument): void => send('ticketlab/notebook', textOf(notebook))
  client.onDidChangeState(({ oldState, newState }) => {
    if (newState === State.Running) {
      notebooks.forEach(tell)
      running.end()
    } else if (oldState === State.Running) {
      // Who asks now waits for the next one, which has to be told the notebooks first.
      running = createWaiting()
    }
  })
  const started = client.start().catch(() => undefined) // Told by the handlers above.

  return {
    answers: createAnswers(client, async () => {
      await running.ended
      await sent
    }),
    set(notebook) {
      notebooks.add(notebook)
      if (isRunning()) tell(notebook)
    },
    remove(notebook) {
      notebooks.delete(notebook)
      if (isRunning()) send('ticketlab/notebookClosed', { uri: notebook.uri.toString() })
    },
    async dispose() {
      watcher.dispose()
      await started
      await client.dispose()
    },
  }
}

/** Something that is awaited until it ends well, or nobody believes in it any more. */
function createWaiting(): { readonly ended: Promise<void>; end(): void; giveUp(): void } {
  let end = (): void => undefined
  let giveUp = (): void => undefined
  const ended = new Promise<void>((resolve, reject) => {
    end = resolve
    giveUp = () => reject(new Error('The language service is not there.'))
  })
  ended.catch(() => undefined) // Told where it is awaited.
  return { ended, end: () => end(), giveUp: () => giveUp() }
}

/** The code cells of a notebook. */
function textOf(notebook: NotebookDocument): NotebookText {
  const cells = notebook.getCells().flatMap(({ document }): CellText[] => {
    const language = document.languageId
    if (language !== 'typescript' && language !== 'javascript') return []
    return [{ uri: document.uri.toString(), language, text: document.getText() }]
  })
  return { uri: notebook.uri.toString(), folder: placeOf(notebook).folder, cells }
}
