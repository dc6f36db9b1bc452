import { buffer } from 'node:stream/consumers'
import { parse } from 'npyjs'
import { openPromise } from 'yauzl'
import { TicketLabError } from '../support/errors'
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
  const zip = await openPromise(file, { autoClose: false }).catch((cause: unknown) => {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new TicketLabError('bad-input', `Expected an npz file at ${file}, but there is none.`, { cause })
    }
    throw damaged(file, 'it cannot be read as a zip file', cause)
  })
  try {
    const arrays: Partial<Record<string, NpyArray>> = {}
    const present: string[] = []
    for await (const entry of zip.eachEntry()) {
      const name = entry.fileName.replace(/\.npy$/, '')
      present.push(name)
      if (!names.some((wanted) => wanted === name)) continue
      arrays[name] = parseNpy(await zip.openReadStreamPromise(entry).then(buffer), `${file}: ${name}`)
    }
    const absent = names.filter((name) => arrays[name] === undefined)
    if (absent.length > 0) {
      throw new TicketLabError(
        'bad-input',
        `Expected the arrays ${names.join(', ')} in ${file}, found ${present.join(', ') || 'none'}. ` +
          'Write them with numpy.savez(file, x_train=..., y_train=..., x_test=..., y_test=...).',
      )
    }
    return arrays as Record<Name, NpyArray>
  } catch (error) {
    throw error instanceof TicketLabError ? error : damaged(file, 'an array cannot be unpacked', error)
  } finally {
    zip.close()
  }
}

function parseNpy(bytes: Buffer, where: string): NpyArray {
  let array: ReturnType<typeof parse>
  try {
    // A copy whose numbers are aligned.
    array = parse(Uint8Array.from(bytes).buffer)
  } catch (cause) {
    throw damaged(where, 'it is not an array that can be read', cause)
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

function damaged(where: string, what: string, cause: unknown): TicketLabError {
  const why = cause instanceof Error ? ` (${cause.message})` : ''
  return new TicketLabError('data-corrupt', `${where} is damaged: ${what}${why}. Write it again.`, { cause })
}
