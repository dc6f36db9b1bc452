import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decode as decodeInJavaScript } from 'jpeg-js'
import moduleFactory from '@jsquash/jpeg/codec/dec/mozjpeg_dec.js'
import { TicketLabError } from '../../support/errors'
import { dataFolder } from '../../support/paths'
import { BrokenImage, checkExtent, type Pixels } from './pixels'

/*
 * JPEG: libjpeg, as MozJPEG has it, compiled to WebAssembly (@jsquash/jpeg), whose pixels are those of Pillow bit for bit. It
 * does not know the four inks of CMYK, which a few images of ImageNet have: those are left to jpeg-js.
 */

/** A part of the WebAssembly API, whose types come with those of browsers only. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => Program
  readonly Instance: new (program: Program, imports: object) => { readonly exports: object }
}
interface Program {
  /** So that nothing else passes for one. */
  readonly program: never
}

interface Decoder {
  /** RGBA. @param upright whether the image is turned as its EXIF data say */
  decode(bytes: Uint8Array, upright: boolean): DecodedImage | null
}

type Factory = (overrides: {
  readonly noInitialRun: true
  readonly print: (text: string) => void
  readonly printErr: (text: string) => void
  readonly instantiateWasm: (imports: object, done: (instance: object) => void) => object
}) => Promise<Decoder>

/** What libjpeg had to say of the image that is being decoded. */
const complaints: string[] = []
let program: Promise<Program> | undefined
let decoder: Promise<Decoder> | undefined

/**
 * Decodes a JPEG file: baseline or progressive, of one, three or four components. It is turned upright as its EXIF data say.
 * @throws BrokenImage with the reason for a damaged file, and for what it cannot be read as
 */
export async function decodeJpeg(bytes: Uint8Array): Promise<Pixels> {
  const frame = frameOf(bytes)
  if (frame === undefined) throw new BrokenImage('the file ends before its image begins')
  checkExtent(frame.width, frame.height)
  const { width, height, data } = frame.components === 4 ? decodeInks(bytes) : await decodeColours(bytes)
  const rgb = new Uint8Array(width * height * 3)
  for (let from = 0, to = 0; to < rgb.length; from += 4, to += 3) {
    rgb[to] = data[from]!
    rgb[to + 1] = data[from + 1]!
    rgb[to + 2] = data[from + 2]!
  }
  return { width, height, channels: 3, data: rgb }
}

async function decodeColours(bytes: Uint8Array): Promise<DecodedImage> {
  const libjpeg = await (decoder ??= openDecoder())
  complaints.length = 0
  let image: DecodedImage | null = null
  try {
    image = withImageData(() => libjpeg.decode(bytes, true))
  } catch {
    // It has ended itself, and says below why; what is left of it is not to be used again.
    decoder = undefined
  }
  // Of a file that was cut off it makes an image whose rest is grey.
  const damage = complaints.filter((complaint) => !harmless.test(complaint))
  if (image !== null && damage.length === 0) return image
  throw new BrokenImage(damage.join('; ') || 'libjpeg cannot read it')
}

/** What libjpeg says of files all of whose pixels are there; ImageNet has some. */
const harmless =
  /extraneous bytes before marker|unknown Adobe color|Invalid SOS parameters|unknown JFIF revision/i

function decodeInks(bytes: Uint8Array) {
  try {
    return decodeInJavaScript(bytes, { useTArray: true, tolerantDecoding: false, maxMemoryUsageInMB: 2048 })
  } catch (error) {
    throw new BrokenImage(error instanceof Error ? error.message : String(error))
  }
}

async function openDecoder(): Promise<Decoder> {
  const file = join(dataFolder(), 'jpeg/mozjpeg_dec.wasm')
  program ??= readFile(file).then(
    (bytes) => new WebAssembly.Module(bytes),
    (cause: unknown) => {
      throw new TicketLabError(
        'data-corrupt',
        `Expected the decoder ${file}, but it cannot be read. Reinstall Ticket Lab, or run 'npm run build' in a checkout.`,
        { cause },
      )
    },
  )
  const module = await program
  const complain = (text: string): void => void complaints.push(text)
  const factory = moduleFactory as unknown as Factory
  return withImageData(() =>
    factory({
      ...{ noInitialRun: true, print: complain, printErr: complain },
      instantiateWasm(imports, done) {
        const instance = new WebAssembly.Instance(module, imports)
        done(instance)
        return instance.exports
      },
    }),
  )
}

/** Browsers have this class, and what was made for them asks for it; cells should not find it. */
function withImageData<T>(work: () => T): T {
  const scope = globalThis as { ImageData?: unknown }
  const before = Object.getOwnPropertyDescriptor(scope, 'ImageData')
  Object.defineProperty(scope, 'ImageData', { value: DecodedImage, configurable: true, writable: true })
  try {
    return work()
  } finally {
    if (before) Object.defineProperty(scope, 'ImageData', before)
    else delete scope.ImageData
  }
}

class DecodedImage {
  constructor(
    readonly data: Uint8ClampedArray,
    readonly width: number,
    readonly height: number,
  ) {}
}

/** Start of frame, of whatever coding: all but tables (C4, CC) and an extension (C8). */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)

/** What a file says of its image before it begins. */
function frameOf(bytes: Uint8Array): { width: number; height: number; components: number } | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  // After the marker of the start come segments: a marker, and a length that counts itself.
  let at = 2
  while (at + 9 < bytes.length) {
    if (bytes[at] !== 0xff) return undefined
    const marker = bytes[at + 1]!
    if (marker === 0xff) at += 1
    else if (isFrame(marker)) {
      return { height: view.getUint16(at + 5), width: view.getUint16(at + 7), components: bytes[at + 9]! }
    } else at += 2 + view.getUint16(at + 2)
  }
  return undefined
}
