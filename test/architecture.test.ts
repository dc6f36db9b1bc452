import { existsSync } from 'node:fs'
import { readFile, readdir } from 'node:fs/promises'
import { dirname, join, normalize, sep } from 'node:path'
import { expect, test } from 'vitest'

const places = /`((?:src|renderers|test|bench|scripts|docs|examples|reproduction)\/[^`\s]*)`/g

test('the map and "Where to change what" name files and folders that exist', async () => {
  const text = await readFile('ARCHITECTURE.md', 'utf8')
  const named = [...text.matchAll(places)].map(([, place]) => place!)
  expect(named.length).toBeGreaterThan(40)
  expect(named.filter((place) => !existsSync(place))).toEqual([])
})

test('every folder of src is on the map', async () => {
  const text = await readFile('ARCHITECTURE.md', 'utf8')
  const folders = (await readdir('src', { withFileTypes: true })).filter((entry) => entry.isDirectory())
  expect(folders.map(({ name }) => name).filter((name) => !text.includes(`\`src/${name}/\``))).toEqual([])
})

test('no file needs itself', async () => {
  const files = (await readdir('src', { recursive: true })).filter((file) => file.endsWith('.ts'))
  const needed = new Map<string, string[]>()
  for (const file of files) needed.set(file, importsOf(file, await readFile(join('src', file), 'utf8')))
  expect(circles(needed)).toEqual([])
})

test('names of files have one style', async () => {
  const files = await Promise.all(
    ['src', 'renderers', 'test', 'bench'].map((folder) => readdir(folder, { recursive: true })),
  )
  const code = files.flat().filter((file) => /\.[cm]?ts$/.test(file))
  expect(code.filter((file) => /[A-Z]/.test(file.split(sep).at(-1)!))).toEqual([])
})

/** The files of `src` that a file of it imports, types included. */
function importsOf(file: string, text: string): string[] {
  const imported = text.matchAll(/\b(?:from|import)\s*\(?\s*'(\.[^']+)'/g)
  return [...imported].map(([, specifier]) => `${normalize(join(dirname(file), specifier!))}.ts`)
}

/** One circle for each file that is found on one, as `a -> b -> a`. */
function circles(needed: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = []
  const done = new Set<string>()
  const follow = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) found.push([...path.slice(path.indexOf(file)), file].join(' -> '))
    if (done.has(file)) return
    done.add(file)
    for (const next of needed.get(file) ?? []) follow(next, [...path, file])
  }
  for (const file of needed.keys()) follow(file, [])
  return found
}
