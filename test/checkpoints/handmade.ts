import { buffer } from 'node:stream/consumers'
import { ZipFile } from 'yazl'

/* Files as torch.save writes them, instruction by instruction, and ones that it would never write. */

const latin = (text: string): Buffer => Buffer.from(text, 'latin1')

export const int = (value: number): Buffer => {
  const bytes = Buffer.alloc(11, 0)
  bytes.write('\x8a\x09', 'latin1')
  bytes.writeBigInt64LE(BigInt(value), 2)
  return bytes
}
export const text = (value: string): Buffer => {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(Buffer.byteLength(value))
  return Buffer.concat([latin('X'), length, Buffer.from(value)])
}
export const name = (module: string, of: string): Buffer => latin(`c${module}\n${of}\n`)
export const tuple = (...items: readonly Buffer[]): Buffer =>
  Buffer.concat([latin('('), ...items, latin('t')])
export const call = (called: Buffer, ...given: readonly Buffer[]): Buffer =>
  Buffer.concat([called, tuple(...given), latin('R')])
export const dictionary = (members: Readonly<Record<string, Buffer>>): Buffer =>
  Buffer.concat([
    latin('}('),
    ...Object.entries(members).flatMap(([key, value]) => [text(key), value]),
    latin('u'),
  ])
export const pickle = (value: Buffer): Buffer => Buffer.concat([latin('\x80\x02'), value, latin('.')])

/** A tensor on the storage called `key`, as `torch._utils._rebuild_tensor_v2` is told. */
export function tensor(
  key: string,
  shape: readonly number[],
  {
    strides,
    offset = 0,
    type = 'FloatStorage',
  }: { strides?: readonly number[]; offset?: number; type?: string } = {},
): Buffer {
  const rowMajor = shape.map((_, axis) =>
    shape.slice(axis + 1).reduce((product, extent) => product * extent, 1),
  )
  const storage = Buffer.concat([
    tuple(text('storage'), name('torch', type), text(key), text('cpu'), int(6)),
    latin('Q'),
  ])
  const [sizes, steps] = [shape, strides ?? rowMajor].map((numbers) => tuple(...numbers.map(int)))
  const hooks = call(name('collections', 'OrderedDict'))
  return call(
    name('torch._utils', '_rebuild_tensor_v2'),
    storage,
    int(offset),
    sizes!,
    steps!,
    latin('\x89'),
    hooks,
  )
}

export const floats = (...numbers: readonly number[]): Buffer =>
  Buffer.from(Float32Array.from(numbers).buffer)

/** A zip file of a pickle and storages, as `torch.save` writes it: not compressed. */
export function archive(
  data: Buffer,
  storages: Readonly<Record<string, Buffer>> = {},
  { compress = false, records = {} }: { compress?: boolean; records?: Readonly<Record<string, Buffer>> } = {},
): Promise<Buffer> {
  const zip = new ZipFile()
  const all = Object.entries(storages).map(([key, bytes]) => [`data/${key}`, bytes] as const)
  for (const [record, bytes] of [['data.pkl', data] as const, ...Object.entries(records), ...all]) {
    zip.addBuffer(bytes, `archive/${record}`, { compress })
  }
  zip.end()
  return buffer(zip.outputStream)
}
