import { TicketLabError } from '../../support/errors'
import { isRecentNode, oldestNode } from '../../support/node-version'

/** How to start a Node process. */
export interface NodeCommand {
  readonly path: string
  readonly environment: Readonly<Record<string, string>>
  /** Such as `v20.20.0`. */
  readonly version: string
}

/** Runs `path --version` in the environment given and returns what it prints; rejects if it does not run. */
export type Probe = (path: string, environment: Readonly<Record<string, string>>) => Promise<string>

/**
 * The Node that kernels and trainers run on: the one of the setting, else `node` of the PATH, else the one
 * inside VS Code.
 * @throws TicketLabError `bad-input` when the setting names something that is no Node of version {@link oldestNode} or later
 */
export async function chooseNode(configured: string, own: string, probe: Probe): Promise<NodeCommand> {
  const path = configured.trim()
  if (path !== '') {
    const found = await version(path, {}, probe)
    const usable = recent(found)
    if (usable !== undefined) return { path, environment: {}, version: usable }
    throw new TicketLabError(
      'bad-input',
      `The setting ticketlab.nodePath should name a Node of version ${oldestNode} or later, but ${path} ` +
        `${found === undefined ? 'does not run' : `answers "${found}"`}. Correct it, or empty it to use the node on the PATH.`,
    )
  }
  const onPath = recent(await version('node', {}, probe))
  if (onPath !== undefined) return { path: 'node', environment: {}, version: onPath }
  const environment = { ELECTRON_RUN_AS_NODE: '1' }
  return { path: own, environment, version: (await version(own, environment, probe)) ?? 'unknown' }
}

async function version(
  path: string,
  environment: Readonly<Record<string, string>>,
  probe: Probe,
): Promise<string | undefined> {
  // A program that is not there is an answer, not a failure.
  return probe(path, environment).then(
    (text) => text.trim(),
    () => undefined,
  )
}

/** The version found, if it is one that we run on. */
function recent(found: string | undefined): string | undefined {
  return found !== undefined && isRecentNode(found) ? found : undefined
}
