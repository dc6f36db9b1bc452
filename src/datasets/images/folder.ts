import type { Dirent } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { badInput } from '../../support/errors'
import { codeOf } from '../../support/files'

/** A file that should be an image of a class. */
export interface ImageFile {
  readonly path: string
  /** Index of its class. */
  readonly label: number
  /** Bytes. */
  readonly size: number
  /** When it was last changed, in milliseconds since 1970. */
  readonly changed: number
}

/** The images of a folder, by class and name. */
export interface ImageFolder {
  /** Names of the folders of the classes, in the order of their labels. */
  readonly classes: readonly string[]
  readonly train: readonly ImageFile[]
  /** Absent where the folder has no images to test on by themselves. */
  readonly test?: readonly ImageFile[]
  /** Files that are not JPEG or PNG by their names, such as notes. */
  readonly others: number
}

/** What folders of images to test on are called; the first that is there and has classes counts. */
const testNames = ['test', 'val', 'valid', 'validation']

const expected =
  'a folder for each class, or train and test (or val) with a folder for each class in them, with JPEG and PNG files'

/**
 * Finds the images of a folder: of `train` and `test` or `val` in it, as ImageNet has them, or all in it. Files count wherever
 * they lie in the folder of their class; the labels of Tiny-ImageNet's `val` are read from its `val_annotations.txt`.
 * @param heed called between folders and files; what it throws ends the search
 * @throws TicketLabError `bad-input` where there are fewer than two classes, or files to test on whose class is not known
 */
export async function findImages(root: string, heed: () => Promise<void>): Promise<ImageFolder> {
  const inside = await foldersIn(root)
  const train = inside.find((name) => name.toLowerCase() === 'train')
  const from = train === undefined ? root : join(root, train)
  const classes = train === undefined ? inside : await foldersIn(from)
  if (classes.length < 2) {
    const found = classes.length === 0 ? 'no folders' : `one folder, ${classes[0]!},`
    throw badInput(expected, `${found} in ${from}`)
  }
  let others = 0
  const filesOf = async (folder: string, name: string): Promise<ImageFile[]> => {
    const found = await imagesBelow(join(folder, name), heed)
    others += found.others
    return found.files.map((file) => ({ ...file, label: classes.indexOf(name) }))
  }
  const all = async (folder: string): Promise<ImageFile[]> => {
    const lists: ImageFile[][] = []
    for (const name of classes) lists.push(await filesOf(folder, name))
    return lists.flat()
  }
  const trained = await all(from)
  const used = new Set(trained.map(({ label }) => label))
  const empty = classes.filter((_, label) => !used.has(label))
  if (empty.length > 0) {
    throw badInput(
      `images in every folder of a class in ${from}`,
      `none in ${listed(empty)}`,
      'Remove what is no class.',
    )
  }
  if (train === undefined) return { classes, train: trained, others }
  const test = await findTest(root, inside, classes, all, heed)
  return { classes, train: trained, ...(test ? { test } : {}), others }
}

async function findTest(
  root: string,
  inside: readonly string[],
  classes: readonly string[],
  all: (folder: string) => Promise<readonly ImageFile[]>,
  heed: () => Promise<void>,
): Promise<readonly ImageFile[] | undefined> {
  const candidates = testNames.flatMap((name) => inside.filter((one) => one.toLowerCase() === name))
  const looked: string[] = []
  for (const name of candidates) {
    const folder = join(root, name)
    const annotated = await annotatedImages(folder, classes, heed)
    if (annotated) return annotated
    const its = await foldersIn(folder)
    if (its.some((one) => classes.includes(one))) {
      const strange = its.filter((one) => !classes.includes(one))
      if (strange.length === 0) return all(folder)
      throw badInput(`the classes of train in ${folder}`, `${listed(strange)} besides`)
    }
    looked.push(folder)
  }
  if (looked.length === 0) return undefined
  throw badInput(
    `images to test on in folders called as those of train`,
    `none in ${looked.join(' and ')}`,
    "Put each image into a folder of its class (ImageNet's come without), or move the folder away: then a tenth of each class is held out.",
  )
}

/** Tiny-ImageNet has a line for each image in `val_annotations.txt`: its name, its class, and where in it the object is. */
async function annotatedImages(
  folder: string,
  classes: readonly string[],
  heed: () => Promise<void>,
): Promise<readonly ImageFile[] | undefined> {
  const file = join(folder, 'val_annotations.txt')
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return undefined
  const labels = new Map(
    text
      .split(/\r?\n/)
      .map((line) => line.split('\t'))
      .map(([name = '', its = '']) => [name, classes.indexOf(its)] as const),
  )
  const { files } = await imagesBelow(folder, heed)
  return files
    .map((one) => {
      const name = relative(folder, one.path).split(sep).at(-1)!
      const label = labels.get(name) ?? -1
      if (label >= 0) return { ...one, label }
      throw badInput(`a class of train for ${one.path} in ${file}`, labels.has(name) ? 'another' : 'none')
    })
    .sort((one, other) => one.label - other.label)
}

async function foldersIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const names: string[] = []
  for (const entry of entries) {
    if (!entry.name.startsWith('.') && (await isFolder(folder, entry))) names.push(entry.name)
  }
  // Not by language: the order of the classes is a part of the content.
  return names.sort()
}

/** Folders below the one of a class that are looked into: links may lead around in a circle. */
const deepest = 8

async function imagesBelow(
  folder: string,
  heed: () => Promise<void>,
  depth = 0,
): Promise<{ readonly files: readonly Omit<ImageFile, 'label'>[]; readonly others: number }> {
  await heed()
  const entries = (await readdir(folder, { withFileTypes: true })).sort((one, other) =>
    one.name < other.name ? -1 : 1,
  )
  const files: Omit<ImageFile, 'label'>[] = []
  let others = 0
  for (const entry of entries) {
    const path = join(folder, entry.name)
    if (entry.name.startsWith('.')) continue
    if (await isFolder(folder, entry)) {
      if (depth >= deepest) throw badInput(`at most ${deepest} folders inside each other`, path)
      const below = await imagesBelow(path, heed, depth + 1)
      files.push(...below.files)
      others += below.others
    } else if (/\.(jpe?g|png)$/i.test(entry.name)) {
      // A link that leads nowhere is told of with the images that cannot be read.
      const there = await stat(path).catch(() => undefined)
      files.push({ path, size: there?.size ?? 0, changed: there?.mtimeMs ?? 0 })
      if (files.length % 256 === 0) await heed()
    } else others++
  }
  return { files, others }
}

async function isFolder(folder: string, entry: Dirent): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isDirectory()
  return (await stat(join(folder, entry.name)).catch(() => undefined))?.isDirectory() ?? false
}

/** The first of many names. */
function listed(names: readonly string[]): string {
  const [some, more] = [names.slice(0, 5).join(', '), names.length - 5]
  return more > 0 ? `${some} and ${more} more` : some
}
