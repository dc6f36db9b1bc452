import { createConnection, LSPErrorCodes, ResponseError, type Connection } from 'vscode-languageserver/node'
import { completion, resolveCompletion } from './completion'
import { mistakes } from './diagnostics'
import { fixes, markOf } from './fixes'
import { hover, signatureHelp } from './hover'
import { definition, prepareRename, references, rename, typeDefinition } from './navigation'
import { createProject, type Project } from './project'
import { completionTriggers, signatureTriggers, type NotebookNotifications } from './protocol'
import { warmUp } from './warm-up'

/** How long the user has to pause before mistakes are looked for, in milliseconds. */
const pause = 250

/**
 * Speaks the Language Server Protocol with the process that started this one, about cells of notebooks.
 * @param types the folder `dist/types`
 */
export function serveLanguage(types: string): void {
  const connection = createConnection()
  const project = createProject(types)
  const checks = createChecks(connection, project)
  process.title = 'ticketlab language'

  /** TypeScript has mistakes of its own: they cost an answer, never the service. */
  const safely = <T>(what: () => T, otherwise: T): T => {
    try {
      return what()
    } catch (error) {
      if (error instanceof ResponseError) throw error
      connection.console.error(`TypeScript failed: ${error instanceof Error ? error.stack : String(error)}`)
      project.reset()
      return otherwise
    }
  }
  const hear = <Name extends keyof NotebookNotifications>(
    name: Name,
    listener: (params: NotebookNotifications[Name]) => void,
  ): void => {
    connection.onNotification(name, (params: NotebookNotifications[Name]) =>
      safely(() => listener(params), undefined),
    )
  }

  connection.onInitialize(() => ({
    serverInfo: { name: 'ticketlab' },
    capabilities: {
      completionProvider: { triggerCharacters: [...completionTriggers], resolveProvider: true },
      hoverProvider: true,
      signatureHelpProvider: {
        triggerCharacters: [...signatureTriggers.triggerCharacters],
        retriggerCharacters: [...signatureTriggers.retriggerCharacters],
      },
      definitionProvider: true,
      typeDefinitionProvider: true,
      referencesProvider: true,
      renameProvider: { prepareProvider: true },
      codeActionProvider: { codeActionKinds: ['quickfix'] },
    },
  }))
  connection.onInitialized(() => safely(() => warmUp(project), undefined))

  hear('ticketlab/notebook', (notebook) => {
    project.set(notebook)
    checks.soon()
  })
  hear('ticketlab/notebookClosed', ({ uri }) => {
    const cells = project.notebook(uri)?.cells ?? []
    project.remove(uri)
    for (const cell of cells) void connection.sendDiagnostics({ uri: cell.uri, diagnostics: [] })
  })
  connection.onDidChangeWatchedFiles(() => {
    safely(() => project.filesChanged(), undefined)
    checks.soon()
  })

  connection.onCompletion(({ textDocument: { uri }, position, context }) =>
    safely(() => completion(project, uri, position, context?.triggerCharacter), null),
  )
  connection.onCompletionResolve((item) => safely(() => resolveCompletion(project, item), item))
  connection.onHover(({ textDocument: { uri }, position }) =>
    safely(() => hover(project, uri, position), null),
  )
  connection.onSignatureHelp(({ textDocument: { uri }, position }) =>
    safely(() => signatureHelp(project, uri, position), null),
  )
  connection.onDefinition(({ textDocument: { uri }, position }) =>
    safely(() => definition(project, uri, position), []),
  )
  connection.onTypeDefinition(({ textDocument: { uri }, position }) =>
    safely(() => typeDefinition(project, uri, position), []),
  )
  connection.onReferences(({ textDocument: { uri }, position, context }) =>
    safely(() => references(project, uri, position, context.includeDeclaration), []),
  )
  connection.onPrepareRename(({ textDocument: { uri }, position }) =>
    safely(() => {
      const found = prepareRename(project, uri, position)
      if ('refused' in found) throw new ResponseError(LSPErrorCodes.RequestFailed, found.refused)
      return found
    }, null),
  )
  connection.onRenameRequest(({ textDocument: { uri }, position, newName }) =>
    safely(() => rename(project, uri, position, newName), null),
  )
  connection.onCodeAction(({ textDocument: { uri }, context }) =>
    safely(() => fixes(project, uri, context.diagnostics), []),
  )
  connection.listen()
}

/** Looks for mistakes in all cells when the user pauses, one cell at a time, so that questions come in between. */
function createChecks(connection: Connection, project: Project): { soon(): void } {
  let round = 0
  const check = async (mine: number): Promise<void> => {
    for (const { cells } of project.notebooks()) {
      for (const { uri } of cells) {
        await new Promise((resolve) => setImmediate(resolve))
        if (round !== mine) return
        const cell = project.cell(uri)
        if (!cell) continue
        const diagnostics = mistakes(project, cell).map(({ range, code, message }) => ({
          range,
          message,
          severity: 1 as const,
          source: 'Ticket Lab',
          code: markOf(code),
        }))
        await connection.sendDiagnostics({ uri, diagnostics })
      }
    }
  }
  return {
    soon() {
      const mine = ++round
      setTimeout(() => {
        check(mine).catch((error: unknown) => {
          connection.console.error(
            `TypeScript failed: ${error instanceof Error ? error.stack : String(error)}`,
          )
          project.reset()
        })
      }, pause)
    },
  }
}
