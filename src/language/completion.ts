import ts from 'typescript'
import { CompletionItemKind, CompletionItemTag, InsertTextFormat } from 'vscode-languageserver'
import type { CompletionItem, CompletionList, Position, TextEdit } from 'vscode-languageserver'
import type { DeclaredKind } from './declared'
import { editsIn } from './fixes'
import { placeOf, rangeOf } from './places'
import { formatting, preferences } from './preferences'
import type { Project } from './project'
import { completionTriggers } from './protocol'
import { commentText, signatureText } from './text'

/** What an item needs to be looked at more closely later. */
interface ItemData {
  readonly uri: string
  readonly position: Position
  readonly name: string
  readonly source?: string
  readonly data?: ts.CompletionEntryData
}

/** The names that can stand at a position. */
export function completion(
  project: Project,
  uri: string,
  position: Position,
  trigger: string | undefined,
): CompletionList | null {
  const place = placeOf(project, uri, position)
  if (!place) return null
  const { cell, offset } = place
  const word = /[\w$]*$/.exec(cell.text.slice(cell.prefix.length, offset))![0]
  const found = project.service.getCompletionsAtPosition(cell.file, offset, {
    ...preferences,
    // Everything that could be imported is too much to look through before there is something to look for.
    includeCompletionsForModuleExports: word.length > 1,
    ...(isTrigger(trigger) ? { triggerCharacter: trigger } : {}),
  })
  if (!found) return null
  const items = found.entries.flatMap((entry): CompletionItem[] => {
    if (entry.kind === ts.ScriptElementKind.warning) return []
    const inherited = entry.source === undefined ? cell.inherited.get(entry.name) : undefined
    const data: ItemData = {
      uri,
      position,
      name: entry.name,
      ...(entry.source === undefined ? {} : { source: entry.source }),
      ...(entry.data ? { data: entry.data } : {}),
    }
    const span = entry.replacementSpan ?? found.optionalReplacementSpan
    const modifiers = entry.kindModifiers?.split(',') ?? []
    const newText = entry.insertText ?? entry.name
    return [
      {
        label: modifiers.includes('optional') ? `${entry.name}?` : entry.name,
        kind: inherited
          ? kindOfDeclared[inherited.declared.kind]
          : (kinds[entry.kind] ?? CompletionItemKind.Property),
        sortText: entry.sortText,
        filterText: entry.filterText ?? filterText(cell.text, entry, newText),
        insertTextFormat: InsertTextFormat.PlainText,
        ...textEdit(span && rangeOf(cell, span), newText),
        ...(modifiers.includes('deprecated') ? { tags: [CompletionItemTag.Deprecated] } : {}),
        ...(entry.sourceDisplay
          ? { labelDetails: { description: ts.displayPartsToString(entry.sourceDisplay) } }
          : {}),
        data,
      },
    ]
  })
  // What could be imported is missing until there is a word; from then on a longer word only leaves less.
  const isIncomplete = found.isIncomplete === true || (found.isGlobalCompletion && word.length < 2)
  return { items, isIncomplete }
}

function isTrigger(trigger: string | undefined): trigger is ts.CompletionsTriggerCharacter {
  return completionTriggers.some((one) => one === trigger)
}

/** What is typed is compared with this; an edit that begins before the word, as of `?.`, has to be typed from there. */
function filterText(text: string, entry: ts.CompletionEntry, newText: string): string {
  const span = entry.replacementSpan
  if (!span || !newText.startsWith('?.')) return entry.name
  return text.slice(span.start, span.start + span.length).replace(/[\w$]*$/, '') + entry.name
}

function textEdit(
  range: TextEdit['range'] | undefined,
  newText: string,
): Pick<CompletionItem, 'textEdit'> | Pick<CompletionItem, 'insertText'> {
  // Editors refuse an edit of several lines.
  if (!range || range.start.line !== range.end.line) return { insertText: newText }
  return { textEdit: { range, newText } }
}

/** An item with its type and comment, and the import that it needs. */
export function resolveCompletion(project: Project, item: CompletionItem): CompletionItem {
  const { uri, position, name, source, data } = item.data as ItemData
  const place = placeOf(project, uri, position)
  const details =
    place &&
    project.service.getCompletionEntryDetails(
      place.cell.file,
      place.offset,
      name,
      formatting,
      source,
      preferences,
      data,
    )
  if (!details) return item
  const comment = commentText(details.documentation, details.tags)
  const additionalTextEdits = (details.codeActions ?? []).flatMap(({ changes }) =>
    editsIn(place.cell, changes),
  )
  return {
    ...item,
    detail: signatureText(details.displayParts),
    ...(comment === '' ? {} : { documentation: { kind: 'markdown', value: comment } }),
    ...(additionalTextEdits.length > 0 ? { additionalTextEdits } : {}),
  }
}

const kindOfDeclared: Readonly<Record<DeclaredKind, CompletionItemKind>> = {
  const: CompletionItemKind.Constant,
  let: CompletionItemKind.Variable,
  function: CompletionItemKind.Function,
  class: CompletionItemKind.Class,
  enum: CompletionItemKind.Enum,
  namespace: CompletionItemKind.Module,
  interface: CompletionItemKind.Interface,
  type: CompletionItemKind.Interface,
  import: CompletionItemKind.Reference,
}

const kinds: Readonly<Partial<Record<string, CompletionItemKind>>> = {
  [ts.ScriptElementKind.keyword]: CompletionItemKind.Keyword,
  [ts.ScriptElementKind.primitiveType]: CompletionItemKind.Keyword,
  [ts.ScriptElementKind.constElement]: CompletionItemKind.Constant,
  [ts.ScriptElementKind.letElement]: CompletionItemKind.Variable,
  [ts.ScriptElementKind.variableElement]: CompletionItemKind.Variable,
  [ts.ScriptElementKind.localVariableElement]: CompletionItemKind.Variable,
  [ts.ScriptElementKind.parameterElement]: CompletionItemKind.Variable,
  [ts.ScriptElementKind.alias]: CompletionItemKind.Reference,
  [ts.ScriptElementKind.memberVariableElement]: CompletionItemKind.Field,
  [ts.ScriptElementKind.memberGetAccessorElement]: CompletionItemKind.Field,
  [ts.ScriptElementKind.memberSetAccessorElement]: CompletionItemKind.Field,
  [ts.ScriptElementKind.functionElement]: CompletionItemKind.Function,
  [ts.ScriptElementKind.localFunctionElement]: CompletionItemKind.Function,
  [ts.ScriptElementKind.memberFunctionElement]: CompletionItemKind.Method,
  [ts.ScriptElementKind.constructSignatureElement]: CompletionItemKind.Method,
  [ts.ScriptElementKind.callSignatureElement]: CompletionItemKind.Method,
  [ts.ScriptElementKind.enumElement]: CompletionItemKind.Enum,
  [ts.ScriptElementKind.enumMemberElement]: CompletionItemKind.EnumMember,
  [ts.ScriptElementKind.moduleElement]: CompletionItemKind.Module,
  [ts.ScriptElementKind.externalModuleName]: CompletionItemKind.Module,
  [ts.ScriptElementKind.classElement]: CompletionItemKind.Class,
  [ts.ScriptElementKind.typeElement]: CompletionItemKind.Class,
  [ts.ScriptElementKind.interfaceElement]: CompletionItemKind.Interface,
  [ts.ScriptElementKind.typeParameterElement]: CompletionItemKind.TypeParameter,
  [ts.ScriptElementKind.scriptElement]: CompletionItemKind.File,
  [ts.ScriptElementKind.directory]: CompletionItemKind.Folder,
  [ts.ScriptElementKind.string]: CompletionItemKind.Constant,
}
