import type { NotebookText } from './notebook'

/**
 * What the extension and the service say to each other besides the Language Server Protocol: the text of notebooks.
 * A notebook is told whole, whenever anything in it changes: it is small, and nothing can get out of step.
 */
export interface NotebookNotifications {
  /** A notebook as it is now. */
  'ticketlab/notebook': NotebookText
  /** A notebook that was closed, or is no longer ours. */
  'ticketlab/notebookClosed': { readonly uri: string }
}

/** Characters after which a list opens by itself. None accepts an item: what was typed stays as it was typed. */
export const completionTriggers = ['.', '"', "'", '`', '/', '@', '#', '<'] as const

/** Characters after which the parameters of a call are shown. */
export const signatureTriggers = { triggerCharacters: ['(', ',', '<'], retriggerCharacters: [')'] } as const

/** How the service is started: memory that has become free is looked for a little more often than Node would. */
export const serviceFlags = ['--max-semi-space-size=4', '--heap-growing-percent=25'] as const
