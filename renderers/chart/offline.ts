import type { Loader } from 'vega'

/**
 * Refuses every address: a notebook that is opened must not call home, and its figures carry their data.
 * Vega goes on without the data, so what was refused is kept in `refused`, for the figure to be refused too.
 */
export function offlineLoader(): { readonly loader: Loader; readonly refused: Error[] } {
  const refused: Error[] = []
  const refuse = (address: string): Promise<never> => {
    const error = new Error(
      `Figures load nothing from elsewhere, but this one asks for ${address}. Put the data into the spec.`,
    )
    refused.push(error)
    return Promise.reject(error)
  }
  return { loader: { load: refuse, sanitize: refuse, http: refuse, file: refuse }, refused }
}
