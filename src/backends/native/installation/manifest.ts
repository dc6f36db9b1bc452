import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { TicketLabError } from '../../../support/errors'
import { nativeArithmetic } from '../arithmetic'
import { digestOfSources, sourcesFolder } from './sources'

/** The file that makes a folder an installation: it is written last, after the addon really ran. */
export const manifestName = 'ticketlab-backend.json'

/** The addon in the folder of an installation. */
export const addonName = 'native.node'

/** What was compiled, with what, when. */
export interface NativeManifest {
  readonly format: 1
  readonly arithmetic: string
  /** The SHA-256 of the sources. */
  readonly sources: string
  readonly platform: string
  readonly architecture: string
  /** What the compiler says of itself. */
  readonly compiler: string
  /** The instruction sets that the addon found when it was installed, the fastest first. */
  readonly sets: readonly string[]
  /** ISO 8601. */
  readonly installed: string
  readonly sha256: string
  readonly bytes: number
}

/** A native backend that is ready to be loaded. */
export interface NativeInstallation {
  readonly folder: string
  /** The addon: `require` it. */
  readonly binding: string
  readonly manifest: NativeManifest
}

/** Whether the native backend is there; if not, what was found instead and what to do. */
export type NativeState =
  | { readonly kind: 'installed'; readonly installation: NativeInstallation }
  | { readonly kind: 'missing'; readonly message: string }

/** The folder in `backends` for an addon of these sources on this machine; others may lie beside it. */
export function installationFolder(backends: string, digest: string): string {
  return join(backends, `native-${digest.slice(0, 12)}-${process.platform}-${process.arch}`)
}

/**
 * Looks for the native backend in the folder `backends` (`places().backends`). Takes about a millisecond. Only an
 * addon counts that was compiled from the sources which ship with this Ticket Lab.
 */
export function describeNative(backends: string, sources: string = sourcesFolder()): NativeState {
  if (!existsSync(sources)) {
    return {
      kind: 'missing',
      message: `Expected the sources of the native backend in ${sources}, found none.`,
    }
  }
  const folder = installationFolder(backends, digestOfSources(sources))
  const found = inspect(folder)
  if (typeof found !== 'string') {
    return {
      kind: 'installed',
      installation: { folder, binding: join(folder, addonName), manifest: found },
    }
  }
  return {
    kind: 'missing',
    message:
      `Expected the native backend in ${folder}, but ${found}. Run 'ticketlab backend install native', or the ` +
      'command "Ticket Lab: Install Native Backend" in VS Code.',
  }
}

/** The native backend, if it is there. */
export function findNative(backends: string, sources?: string): NativeInstallation | undefined {
  const state = describeNative(backends, sources)
  return state.kind === 'installed' ? state.installation : undefined
}

/**
 * The native backend to use.
 * @throws TicketLabError `backend-missing` that says what was found and what to do
 */
export function requireNative(backends: string, sources?: string): NativeInstallation {
  const state = describeNative(backends, sources)
  if (state.kind === 'installed') return state.installation
  throw new TicketLabError('backend-missing', state.message)
}

/** The manifest in a folder, or why what is there does not count. */
function inspect(folder: string): NativeManifest | string {
  if (!existsSync(folder)) return 'nothing is installed there'
  let manifest: unknown
  try {
    manifest = JSON.parse(readFileSync(join(folder, manifestName), 'utf8'))
  } catch (error) {
    return `${manifestName} cannot be read (${(error as Error).message})`
  }
  if (!isManifest(manifest)) return `${manifestName} is not a manifest of format 1`
  if (manifest.arithmetic !== nativeArithmetic) {
    return `it computes with ${manifest.arithmetic}, and ${nativeArithmetic} is needed`
  }
  const bytes = statSync(join(folder, addonName), { throwIfNoEntry: false })?.size
  if (bytes === manifest.bytes) return manifest
  return `${addonName} should have ${manifest.bytes} bytes, ${bytes === undefined ? 'and is missing' : `found ${bytes}`}`
}

function isManifest(value: unknown): value is NativeManifest {
  if (typeof value !== 'object' || value === null) return false
  const { format, arithmetic, compiler, sets, bytes } = value as Record<string, unknown>
  return (
    format === 1 &&
    typeof arithmetic === 'string' &&
    typeof compiler === 'string' &&
    Array.isArray(sets) &&
    typeof bytes === 'number'
  )
}
