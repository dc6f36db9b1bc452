import type { Loader } from 'vega'

/** Refuses every address: a notebook that is opened must not call home, and its figures carry their data. */
export const offlineLoader: Loader = {
  load: (uri) => refuse(uri),
  sanitize: (uri) => refuse(uri),
  http: (uri) => refuse(uri),
  file: (name) => refuse(name),
}

function refuse(uri: string): Promise<never> {
  return Promise.reject(
    new Error(
      `Figures load nothing from elsewhere, but this one asks for ${uri}. Put the data into the spec.`,
    ),
  )
}
