import { homedir } from 'node:os'
import { realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Where everything that Ticket Lab keeps lies, unless told otherwise. */
export interface Places {
  /** `TICKETLAB_HOME`, by default `~/.ticketlab`. */
  readonly home: string
  /** `TICKETLAB_STORE`, by default `store` in the home. */
  readonly store: string
  /** Where backends are installed: `TICKETLAB_BACKENDS`, by default `backends` in the home. */
  readonly backends: string
}

/** The places that the environment names, or their defaults. */
export function places(environment: Readonly<Record<string, string | undefined>> = process.env): Places {
  const home = environment['TICKETLAB_HOME'] || join(homedir(), '.ticketlab')
  return {
    home,
    store: environment['TICKETLAB_STORE'] || join(home, 'store'),
    backends: environment['TICKETLAB_BACKENDS'] || join(home, 'backends'),
  }
}

/**
 * The folder of the program that runs: `dist` of the package, where the bundles and the data lie beside each
 * other. Not meant for the extension host, whose main program is VS Code.
 */
export function bundleFolder(): string {
  return dirname(realpathSync(process.argv[1] ?? '.'))
}

/** Where what ships with Ticket Lab and is no program lies, such as MNIST: `TICKETLAB_DATA`, by default `data` beside the program. */
export function dataFolder(): string {
  return process.env['TICKETLAB_DATA'] || join(bundleFolder(), 'data')
}
