import { open } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { parse } from 'npyjs'
import { openPromise } from 'yauzl'
import { crc32 } from '../support/crc32'
import { badInput, TicketLabError } from '../support/errors'
import { checkIsFile } from '../support/files'
import { sizeOf } from '../support/tensor'

/** An array of an npz file, row-major. */
export interface NpyArray {
  readonly shape: readonly number[]
  /** Such as `u1` or `i8`. */
  readonly type: string
  readonly data: ArrayLike<unknown>
}

/**
 * Reads the arrays called `names` of a file that `numpy.savez` or `numpy.savez_compressed` wrote.
 * @throws TicketLabError `bad-input` when the file is not there or lacks an array, `data-corrupt` when it is damaged
 */
export async function readNpz<Name extends string>(
  file: string,
  names: readonly Name[],
): Promise<Record<Name, NpyArray>> {
  await checkFormat(file)
  const zip = await openPromise(file, { autoClose: false }).catch((cause: unknown) => {
    throw damaged(file, 'it cannot be read as a zip file', cause)
  })
  try {
    const arrays: Partial<Record<string, NpyArray>> = {}
    const present: string[] = []
    for await (const entry of zip.eachEntry()) {
      const name = entry.fileName.replace(/\.npy$/, '')
      present.push(name)
      if (!names.some((wanted) => wanted === name)) continue
      const bytes = await zip.openReadStreamPromise(entry).then(buffer)
      const where = `${file}: ${name}`
      if (crc32(bytes) !== entry.crc32) {
        throw damaged(where, 'its checksum (CRC-32) is not the one that was written with it', undefined)
      }
      arrays[name] = parseNpy(bytes, where)
    }
    const absent = names.filter((name) => arrays[name] === undefined)
    if (absent.length > 0) {
      throw new TicketLabError(
        'bad-input',
        `Expected the arrays ${names.join(', ')} in ${file}, found ${present.join(', ') || 'none'}. ${advice}`,
      )
    }
    return arrays as Record<Name, NpyArray>
  } catch (error) {
    throw error instanceof TicketLabError ? error : damaged(file, 'an array cannot be unpacked', error)
  } finally {
    zip.close()
  }
}

const advice = 'Write one with numpy.savez(file, x_train=..., y_train=..., x_test=..., y_test=...).'

/** Whole files of another kind are not damaged: it is said what they are. */
async function checkFormat(file: string): Promise<void> {
  await checkIsFile(file, 'an npz file', advice)
  const begin = await firstBytes(file).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new TicketLabError('bad-input', `Expected an npz file that can be read, found ${file}: ${why}.`, {
      cause,
    })
  })
  if (begin.startsWith('PK')) return
  const found = begin.startsWith('\x93NUMPY')
    ? `an npy file with a single array, ${file}`
    : `${file}, which is no zip file`
  throw badInput('an npz file', begin === '' ? `the empty file ${file}` : found, advice)
}

async function firstBytes(path: string): Promise<string> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(6), 0, 6, 0)
    return buffer.toString('latin1', 0, bytesRead)
  } finally {
    await file.close()
  }
}

function parseNpy(bytes: Buffer, where: string): NpyArray {
  let array: ReturnType<typeof parse>
  try {
    // A copy whose numbers are aligned.
    array = parse(Uint8Array.from(bytes).buffer)
  } catch (cause) {
    const type = foreignType(bytes)
    if (type === undefined) throw damaged(where, 'it is not an array that can be read', cause)
    throw new TicketLabError(
      'bad-input',
      `${where}: expected little-endian numbers of one type, found the dtype ${type}. ` +
        'Write array.astype("uint8") for pixels, array.astype("<i8") for labels.',
      { cause },
    )
  }
  const { shape, dtype, data, fortranOrder } = array
  const { length } = data as unknown as ArrayLike<unknown>
  if (length !== sizeOf(shape)) {
    throw damaged(
      where,
      `its shape [${shape.join(', ')}] needs ${sizeOf(shape)} numbers, it has ${length}`,
      undefined,
    )
  }
  if (fortranOrder && shape.length > 1) {
    throw new TicketLabError(
      'bad-input',
      `${where}: expected row-major order (C), found column-major (Fortran). Write numpy.ascontiguousarray(array).`,
    )
  }
  return { shape, type: dtype, data: data as unknown as ArrayLike<unknown> }
}

/** The dtype in the header of a whole array that is not one of plain little-endian numbers, such as `|O` or `>i8`. */
function foreignType(bytes: Buffer): string | undefined {
  const header = bytes.toString('latin1', 0, 1024)
  if (!header.startsWith('\x93NUMPY')) return undefined
  const type = /'descr': ('[^']*'|\[.*?\])/.exec(header)?.[1]
  return type === undefined || /^'[<|][biufc]\d+'$/.test(type) ? undefined : type.replaceAll("'", '')
}

function damaged(where: string, what: string, cause: unknown): TicketLabError {
  const why = cause instanceof Error ? ` (${cause.message})` : ''
  return new TicketLabError('data-corrupt', `${where} is damaged: ${what}${why}. Write it again.`, { cause })
}
