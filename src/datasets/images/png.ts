import { decode, type DecodedPng } from 'fast-png'
import { BrokenImage, checkExtent, type Pixels } from './pixels'

/**
 * Decodes a PNG file of any kind: grey, colours or a palette, of 1 to 16 bits, interlaced or not. Of 16 bits the upper eight
 * are kept, and what is transparent is taken as if it were not, as Pillow does.
 * @throws BrokenImage with the reason for a damaged file
 */
export function decodePng(bytes: Uint8Array): Pixels {
  // The first chunk, whose place is fixed, has the extent: it is looked at before there is room for the image.
  if (bytes.length < 24) throw new BrokenImage('the file ends before its image begins')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  checkExtent(view.getUint32(16), view.getUint32(20))
  let image: DecodedPng
  try {
    image = decode(bytes, { checkCrc: true })
  } catch (error) {
    throw new BrokenImage(error instanceof Error ? error.message : String(error))
  }
  const { width, height, palette } = image
  const samples = samplesOf(image)
  if (samples.length !== width * height * image.channels)
    throw new BrokenImage('a part of its pixels is missing')
  if (palette) return { width, height, channels: 3, data: coloursOf(samples, palette) }
  // Alpha is the second of two channels, or the last of four.
  const [has, channels] = [image.channels, image.channels < 3 ? 1 : 3] as const
  if (has === channels) return { width, height, channels, data: samples }
  const data = new Uint8Array(width * height * channels)
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let channel = 0; channel < channels; channel++) {
      data[pixel * channels + channel] = samples[pixel * has + channel]!
    }
  }
  return { width, height, channels, data }
}

/** One byte for each sample: indices into a palette as they are, others from 0 to 255. */
function samplesOf({ width, height, channels, depth, data, palette }: DecodedPng): Uint8Array {
  if (depth === 16) return Uint8Array.from(data, (sample) => sample >> 8)
  if (depth === 8) return new Uint8Array(data.buffer, data.byteOffset, data.length)
  // Several in a byte, the first in its upper bits; rows begin with a byte of their own.
  const perRow = Math.ceil((width * channels * depth) / 8)
  const [most, scale] = [(1 << depth) - 1, palette ? 1 : 255 / ((1 << depth) - 1)]
  if (data.length < perRow * height) throw new BrokenImage('a part of its pixels is missing')
  const samples = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const bit = x * depth
      const byte = data[y * perRow + (bit >> 3)]!
      samples[y * width + x] = ((byte >> (8 - depth - (bit & 7))) & most) * scale
    }
  }
  return samples
}

function coloursOf(indices: Uint8Array, palette: readonly (readonly number[])[]): Uint8Array {
  const data = new Uint8Array(indices.length * 3)
  indices.forEach((index, at) => {
    const colour = palette[index]
    if (!colour) throw new BrokenImage(`it has colour ${index} of a palette of ${palette.length}`)
    data.set(colour.slice(0, 3), at * 3)
  })
  return data
}
