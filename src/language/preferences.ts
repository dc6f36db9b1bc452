import ts from 'typescript'

/** What completion, fixes and so on should never offer to import from. */
const hiddenFiles = ['**/.ticketlab-cell-*', '**/types/ticketlab/**']

/** What TypeScript offers, in lists and as fixes. */
export const preferences: ts.UserPreferences = {
  includeCompletionsForModuleExports: true,
  includeCompletionsForImportStatements: true,
  includeCompletionsWithInsertText: true,
  includeAutomaticOptionalChainCompletions: true,
  quotePreference: 'single',
  importModuleSpecifierPreference: 'relative',
  autoImportFileExcludePatterns: [...hiddenFiles],
  allowTextChangesInNewFiles: false,
}

/** How code that TypeScript writes looks: as in the examples. */
export const formatting: ts.FormatCodeSettings = {
  ...ts.getDefaultFormatCodeSettings('\n'),
  indentSize: 2,
  tabSize: 2,
  semicolons: ts.SemicolonPreference.Remove,
}
