import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdtemp, open, rename, rm, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { explainFull, makeFolder } from '../support/files'
import { safetensorsHeader } from '../support/safetensors'
import { labelBytes, metadataOf, tensorsOf, type DescribedExamples } from './examples-file'
import { contentFile } from './library'

/** A file of images that grows; bytes are gathered before they are written. */
export class ImageWriter {
  private readonly gathered = Buffer.alloc(2 ** 20)
  private used = 0

  private constructor(
    readonly path: string,
    private readonly file: FileHandle,
  ) {}

  static async create(path: string): Promise<ImageWriter> {
    return new ImageWriter(path, await open(path, 'wx'))
  }

  /** @throws TicketLabError `disk-full` */
  async append(bytes: Uint8Array): Promise<void> {
    if (this.used + bytes.length > this.gathered.length) await this.flush()
    if (bytes.length > this.gathered.length) return this.write(bytes)
    this.gathered.set(bytes, this.used)
    this.used += bytes.length
  }

  /** Writes what is gathered; nothing can be appended any more. */
  async close(): Promise<void> {
    try {
      await this.flush()
    } finally {
      await this.file.close()
    }
  }

  private async flush(): Promise<void> {
    await this.write(this.gathered.subarray(0, this.used))
    this.used = 0
  }

  private async write(bytes: Uint8Array): Promise<void> {
    try {
      await this.file.writeFile(bytes)
    } catch (error) {
      throw await explainFull(error, this.path)
    }
  }
}

/**
 * Runs `work` with a folder of its own inside of `folder`, which is removed afterwards, whatever happened.
 * @throws TicketLabError `disk-full`, or `bad-input` where nothing can be written
 */
export async function withScratch<T>(folder: string, work: (scratch: string) => Promise<T>): Promise<T> {
  await makeFolder(folder)
  const scratch = await mkdtemp(join(folder, '.images-')).catch(async (error: unknown) => {
    throw await explainFull(error, folder)
  })
  try {
    return await work(scratch)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/**
 * Puts examples together whose images lie in files, as {@link keepDataset} does for those in memory: the same bytes, without all
 * of them in memory at once.
 * @param images the files of the images, which stay
 * @param scratch a folder on the disk of `folder` for the time being
 * @returns the SHA-256 under which it lies in `folder`
 * @throws TicketLabError `disk-full`, and what `heed` throws
 */
export async function keepStreamed(
  folder: string,
  scratch: string,
  examples: DescribedExamples,
  images: { readonly train: string; readonly test: string },
  heed: () => Promise<void>,
): Promise<string> {
  const whole = join(scratch, 'whole')
  const hash = createHash('sha256')
  try {
    const file = await open(whole, 'wx')
    try {
      const tensors = tensorsOf(examples)
      await put(file, hash, safetensorsHeader(tensors, metadataOf(examples)))
      for (const { name, labels } of tensors) {
        if (labels) {
          await put(file, hash, labelBytes(labels))
          continue
        }
        const from = createReadStream(name === 'train.images' ? images.train : images.test, {
          highWaterMark: 2 ** 20,
        })
        for await (const bytes of from) {
          await heed()
          await put(file, hash, bytes as Buffer)
        }
      }
      await file.sync()
    } finally {
      await file.close()
    }
    const content = hash.digest('hex')
    await rename(whole, contentFile(folder, content))
    return content
  } catch (error) {
    throw await explainFull(error, whole)
  }
}

async function put(file: FileHandle, hash: Hash, bytes: Uint8Array): Promise<void> {
  hash.update(bytes)
  await file.writeFile(bytes)
}
