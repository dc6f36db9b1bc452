import { close, open, url } from 'node:inspector'

/** Whether it was we who opened the port: one that the user asked Node for stays. */
let isOurs = false

/**
 * Opens or closes the port of V8's inspector, on this machine alone.
 * @returns the address that a debugger attaches to, which nobody can guess; `undefined` when there is none
 */
export function openInspector(wanted: boolean): string | undefined {
  if (wanted && url() === undefined) {
    open(0, '127.0.0.1')
    isOurs = true
  } else if (!wanted && isOurs) {
    close()
    isOurs = false
  }
  return url()
}
