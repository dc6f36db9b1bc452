import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { layout } from './versions'

/** The file that makes a folder an installation: it is written last, after the addon really ran. */
export const manifestName = 'ticketlab-backend.json'

/** What was installed, from where, when; with the size and checksum of every native file. */
export interface Manifest {
  readonly format: 1
  /** As the library itself reports it, such as `2.21.0`. */
  readonly tensorflow: string
  readonly tfjsNode: string
  /** `bucket`: tfjs-node's own installer; `wheel`: shared objects from the `tensorflow-cpu` wheel. */
  readonly source: 'bucket' | 'wheel'
  readonly platform: string
  readonly architecture: string
  /** ISO 8601. */
  readonly installed: string
  /** By path inside the folder, with `/` between names. */
  readonly files: Readonly<Record<string, { readonly sha256: string; readonly bytes: number }>>
}

/** A TensorFlow that is ready to be loaded. */
export interface TensorflowInstallation {
  readonly folder: string
  /** The native addon: `require` it, nothing of the package's JavaScript is needed. */
  readonly binding: string
  readonly tensorflowVersion: string
  readonly manifest: Manifest
}

/** The outcome of looking at one folder. */
export type Inspection =
  | { readonly kind: 'valid'; readonly installation: TensorflowInstallation }
  /** Installed for another platform or processor, as on a home folder shared by several machines. */
  | { readonly kind: 'foreign'; readonly reason: string }
  | { readonly kind: 'invalid'; readonly reason: string }

/**
 * Looks at one folder: its manifest must be whole, for this machine, and every file that it lists must be there
 * with its size. Checksums are not computed here (0.9 GB); the installer did, and `doctor` loads the addon.
 */
export function inspectInstallation(folder: string): Inspection {
  const manifest = readManifest(folder)
  if (typeof manifest === 'string') return { kind: 'invalid', reason: manifest }
  if (manifest.platform !== process.platform || manifest.architecture !== process.arch) {
    const reason = `it is for ${manifest.platform} ${manifest.architecture}, this is ${process.platform} ${process.arch}`
    return { kind: 'foreign', reason }
  }
  for (const [path, { bytes }] of Object.entries(manifest.files)) {
    const found = statSync(join(folder, path), { throwIfNoEntry: false })?.size
    if (found !== bytes) {
      const size = found === undefined ? 'it is missing' : `found ${found}`
      return { kind: 'invalid', reason: `expected ${path} with ${bytes} bytes, ${size}` }
    }
  }
  return {
    kind: 'valid',
    installation: {
      folder,
      binding: join(folder, ...layout.binding.split('/')),
      tensorflowVersion: manifest.tensorflow,
      manifest,
    },
  }
}

/** The folders in `backends` that may hold a TensorFlow, newest version first. */
export function installationFolders(backends: string): string[] {
  let names: string[]
  try {
    names = readdirSync(backends)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw error
  }
  return names
    .filter((name) => name.startsWith('tensorflow-'))
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
    .map((name) => join(backends, name))
}

/** The manifest in `folder`, or what is wrong with it. */
function readManifest(folder: string): Manifest | string {
  let text: string
  try {
    text = readFileSync(join(folder, manifestName), 'utf8')
  } catch (error) {
    return `${manifestName} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return `${manifestName} is not JSON`
  }
  return isManifest(value) ? value : `${manifestName} is not a manifest of format 1 that lists the addon`
}

function isManifest(value: unknown): value is Manifest {
  if (!isRecord(value) || value['format'] !== 1 || !isRecord(value['files'])) return false
  const texts = ['tensorflow', 'tfjsNode', 'platform', 'architecture', 'installed']
  return (
    texts.every((key) => typeof value[key] === 'string') &&
    (value['source'] === 'bucket' || value['source'] === 'wheel') &&
    layout.binding in value['files'] &&
    Object.values(value['files']).every(
      (file) => isRecord(file) && typeof file['sha256'] === 'string' && typeof file['bytes'] === 'number',
    )
  )
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
