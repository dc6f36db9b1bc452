/*
 * Writes docs/api.md, the reference of `lab`, from the doc comments of src/lab/api.ts and of every type that is reached
 * from there. It is kept in the repository, so that it can be read where the sources are and a change of it be seen.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import { page } from './api-reference/page.mjs'
import { readApi } from './api-reference/read.mjs'

const target = fileURLToPath(new URL('../docs/api.md', import.meta.url))

/** The text of docs/api.md. */
export async function apiReference() {
  const options = await resolveConfig(target)
  return format(page(readApi()), { ...options, filepath: target })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = await apiReference()
  if (text !== readFileSync(target, { encoding: 'utf8', flag: 'a+' })) writeFileSync(target, text)
}
