import { Disposable, languages, type DocumentFilter, type NotebookDocument } from 'vscode'
import { completionTriggers, signatureTriggers } from '../../language/protocol'
import { notebookType } from '../notebook/identity'
import type { Answers } from './answers'

/**
 * What VS Code has, but does not declare: where such a filter matches, its provider alone is asked, so that names are
 * not offered twice, and not by VS Code's own TypeScript, which knows neither `lab` nor the order of cells. Were it
 * no longer heeded, theirs would come back beside ours.
 */
interface ExclusiveFilter extends DocumentFilter {
  readonly exclusive: true
}

/** Answers in the cells of one notebook. `answers` resolves when the service is there. */
export function registerProviders(notebook: NotebookDocument, answers: () => Promise<Answers>): Disposable {
  // A path that is equal matches, whatever a pattern would make of it.
  const pattern = notebook.uri.fsPath
  const filters = ['typescript', 'javascript'].map((language) => ({ notebookType, language, pattern }))
  const alone: ExclusiveFilter[] = filters.map((filter) => ({ ...filter, exclusive: true }))
  return Disposable.from(
    languages.registerCompletionItemProvider(
      alone,
      {
        provideCompletionItems: async (...given) => (await answers()).provideCompletionItems(...given),
        resolveCompletionItem: async (...given) => (await answers()).resolveCompletionItem(...given),
      },
      ...completionTriggers,
    ),
    languages.registerHoverProvider(alone, {
      provideHover: async (...given) => (await answers()).provideHover(...given),
    }),
    languages.registerSignatureHelpProvider(
      alone,
      { provideSignatureHelp: async (...given) => (await answers()).provideSignatureHelp(...given) },
      signatureTriggers,
    ),
    languages.registerDefinitionProvider(alone, {
      provideDefinition: async (...given) => (await answers()).provideDefinition(...given),
    }),
    languages.registerTypeDefinitionProvider(alone, {
      provideTypeDefinition: async (...given) => (await answers()).provideTypeDefinition(...given),
    }),
    languages.registerReferenceProvider(alone, {
      provideReferences: async (...given) => (await answers()).provideReferences(...given),
    }),
    languages.registerRenameProvider(alone, {
      prepareRename: async (...given) => (await answers()).prepareRename(...given),
      provideRenameEdits: async (...given) => (await answers()).provideRenameEdits(...given),
    }),
    // Not alone: fixes of linters and spelling checkers are welcome, and our mistakes are marked as nobody else's.
    languages.registerCodeActionsProvider(filters, {
      provideCodeActions: async (...given) => (await answers()).provideCodeActions(...given),
    }),
  )
}
