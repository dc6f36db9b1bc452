import { mkdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, test } from 'vitest'
import { openNotebook, type TestNotebook } from './fixture/notebook'
import { bundleKernel, type KernelProgram } from './fixture/program'

let program: KernelProgram
let notebook: TestNotebook
let there: string

beforeAll(async () => {
  program = await bundleKernel()
})
afterAll(() => program.remove())
beforeEach(async () => {
  notebook = await openNotebook(program.file)
  there = join(notebook.folder, 'there')
  await mkdir(there)
  for (const [folder, name] of [
    [notebook.folder, 'here'],
    [there, 'there'],
  ] as const) {
    await writeFile(join(folder, 'where.ts'), `export const where: string = '${name}'\n`)
    await writeFile(join(folder, 'required.cjs'), `module.exports = '${name}'\n`)
  }
})
afterEach(() => notebook.close())

const ask = `
  const { where } = await import('./where')
  const { basename } = await import('node:path');
  [where, require('./required.cjs'), basename(require.resolve('./required.cjs').slice(0, -13)),
    basename(import.meta.dirname), basename(import.meta.filename.slice(0, -12)), basename(process.cwd())].join()`

describe('a kernel whose notebook moves', () => {
  test('finds imports and files where the notebook is, and keeps its variables', async () => {
    const old = basename(notebook.folder)
    await notebook.run('let kept = 41')
    expect((await notebook.run(ask)).text).toBe(`'here,here,${old},${old},${old},${old}'`)
    notebook.kernel.move({ name: 'test', folder: there })
    expect((await notebook.run(ask)).text).toBe("'there,there,there,there,there,there'")
    expect((await notebook.run('kept + 1')).text).toBe('42')
  })

  test('does so before the first cell has run', async () => {
    notebook.kernel.move({ name: 'test', folder: there })
    expect((await notebook.run(ask)).text).toBe("'there,there,there,there,there,there'")
  })

  test('does so for a cell that is still running', async () => {
    const ran = notebook.run(`console.log('on its way'); await new Promise((r) => setTimeout(r, 500));${ask}`)
    await notebook.until((message) => message.type === 'output')
    notebook.kernel.move({ name: 'test', folder: there })
    expect((await ran).text).toBe("'there,there,there,there,there,there'")
  })

  test('leaves the folder alone that a cell has chosen', async () => {
    await notebook.run("process.chdir('/')")
    notebook.kernel.move({ name: 'test', folder: there })
    expect((await notebook.run('process.cwd()')).text).toBe("'/'")
  })
})
