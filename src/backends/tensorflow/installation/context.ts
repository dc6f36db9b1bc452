import { join } from 'node:path'
import type { Report } from './progress'
import { layout } from './versions'

/** What every part of an installation needs to know. */
export interface InstallationContext {
  /** The folder beside the installations that everything is made in; it outlives an interrupted installation. */
  readonly staging: string
  /** What will be renamed to the installation. */
  readonly tree: string
  /** Finished downloads. */
  readonly downloads: string
  /** For what programs leave behind; emptied at the start. */
  readonly temporary: string
  /** What every program printed. */
  readonly log: string
  /** The Node that will load the addon. */
  readonly node: string
  readonly signal: AbortSignal | undefined
  readonly report: Report
}

/** Lays out the staging folder. */
export function stagingContext(
  staging: string,
  rest: Pick<InstallationContext, 'node' | 'signal' | 'report'>,
): InstallationContext {
  return {
    staging,
    tree: join(staging, 'tree'),
    downloads: join(staging, 'downloads'),
    temporary: join(staging, 'temporary'),
    log: join(staging, 'install.log'),
    ...rest,
  }
}

/** The tfjs-node package in the tree. */
export function packageFolder({ tree }: InstallationContext): string {
  return join(tree, ...layout.package.split('/'))
}
