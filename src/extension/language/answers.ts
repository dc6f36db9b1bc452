import {
  CompletionList,
  type CancellationToken,
  type CodeActionProvider,
  type CompletionItemProvider,
  type DefinitionProvider,
  type HoverProvider,
  type ReferenceProvider,
  type RenameProvider,
  type SignatureHelpProvider,
  type TypeDefinitionProvider,
} from 'vscode'
import {
  CodeActionRequest,
  CompletionRequest,
  CompletionResolveRequest,
  DefinitionRequest,
  HoverRequest,
  LSPErrorCodes,
  PrepareRenameRequest,
  ReferencesRequest,
  RenameRequest,
  ResponseError,
  SignatureHelpRequest,
  TypeDefinitionRequest,
  type CodeAction,
  type LanguageClient,
  type ProtocolRequestType,
  type RequestParam,
} from 'vscode-languageclient/node'

/** Everything that is answered in cells. */
export type Answers = Required<CompletionItemProvider> &
  HoverProvider &
  SignatureHelpProvider &
  DefinitionProvider &
  TypeDefinitionProvider &
  ReferenceProvider &
  Required<RenameProvider> &
  CodeActionProvider

/** @param told resolves when the service knows the notebooks as they are now */
export function createAnswers(client: LanguageClient, told: () => Promise<void>): Answers {
  const to = client.code2ProtocolConverter
  const from = client.protocol2CodeConverter

  /** Undefined when there is no answer: because nobody wants it any more, or because the service died. */
  const ask = async <P, R>(
    type: ProtocolRequestType<P, R, unknown, void, unknown>,
    params: RequestParam<P>,
    token: CancellationToken,
  ): Promise<R | undefined> => {
    try {
      await told()
      if (token.isCancellationRequested) return undefined
      return await client.sendRequest(type, params, token)
    } catch (error) {
      const isReply = error instanceof ResponseError
      if (isReply && error.code === LSPErrorCodes.RequestFailed)
        throw new Error(error.message, { cause: error })
      if (!isReply || error.code !== LSPErrorCodes.RequestCancelled) client.warn('No answer.', error, false)
      return undefined
    }
  }

  return {
    async provideCompletionItems(document, position, token, context) {
      const params = to.asCompletionParams(document, position, context)
      const found = await from.asCompletionResult(await ask(CompletionRequest.type, params, token))
      return Array.isArray(found) ? new CompletionList(found) : found
    },
    async resolveCompletionItem(item, token) {
      const found = await ask(CompletionResolveRequest.type, to.asCompletionItem(item), token)
      return found ? from.asCompletionItem(found) : item
    },
    async provideHover(document, position, token) {
      const params = to.asTextDocumentPositionParams(document, position)
      return from.asHover(await ask(HoverRequest.type, params, token))
    },
    async provideSignatureHelp(document, position, token) {
      const params = to.asTextDocumentPositionParams(document, position)
      return from.asSignatureHelp(await ask(SignatureHelpRequest.type, params, token))
    },
    async provideDefinition(document, position, token) {
      const params = to.asTextDocumentPositionParams(document, position)
      return from.asDefinitionResult(await ask(DefinitionRequest.type, params, token))
    },
    async provideTypeDefinition(document, position, token) {
      const params = to.asTextDocumentPositionParams(document, position)
      return from.asDefinitionResult(await ask(TypeDefinitionRequest.type, params, token))
    },
    async provideReferences(document, position, context, token) {
      const params = to.asReferenceParams(document, position, context)
      return from.asReferences(await ask(ReferencesRequest.type, params, token))
    },
    async prepareRename(document, position, token) {
      const params = to.asTextDocumentPositionParams(document, position)
      const found = await ask(PrepareRenameRequest.type, params, token)
      if (!found || !('placeholder' in found)) return undefined
      return { range: from.asRange(found.range), placeholder: found.placeholder }
    },
    async provideRenameEdits(document, position, newName, token) {
      const params = { ...to.asTextDocumentPositionParams(document, position), newName }
      return from.asWorkspaceEdit(await ask(RenameRequest.type, params, token))
    },
    async provideCodeActions(document, range, context, token) {
      const params = {
        textDocument: to.asTextDocumentIdentifier(document),
        range: to.asRange(range),
        context: await to.asCodeActionContext(context),
      }
      const found = (await ask(CodeActionRequest.type, params, token)) ?? []
      return Promise.all((found as CodeAction[]).map((action) => from.asCodeAction(action)))
    },
  }
}
