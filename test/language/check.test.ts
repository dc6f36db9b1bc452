import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { notebookOf } from '../journeys/notebooks'

const root = fileURLToPath(new URL('../..', import.meta.url))

function check(...notebooks: readonly string[]): Promise<{ readonly code: number; readonly stdout: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(root, 'dist/cli.cjs'), 'check', ...notebooks],
      { cwd: root },
      (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout: stdout + stderr }),
    )
  })
}

test('every notebook of ours passes', async () => {
  const notebooks = ['examples', 'reproduction'].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.ipynb'))
      .map((name) => join(folder, name)),
  )
  expect(notebooks.length).toBeGreaterThan(5)
  expect(await check(...notebooks)).toEqual({ code: 0, stdout: '' })
})

test('mistakes are told with their place, and the exit code is 1', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ticketlab-check-'))
  try {
    const file = join(folder, 'n.ipynb')
    const cells = ['const a = 1', '', "\nlab.preset('lenet-mnist', { step: 3 })", 'a +', 'a.b']
    await writeFile(file, `\uFEFF${notebookOf(...cells)}`)
    const { code, stdout } = await check(file)
    expect(code).toBe(1)
    expect(stdout.split('\n').map((line) => line.slice(0, file.length + 50))).toEqual([
      expect.stringMatching(/n\.ipynb, cell 2, line 2, column 29: Object literal/),
      expect.stringMatching(/n\.ipynb, cell 3, line 1, column 4: Expression expected/),
      expect.stringMatching(/n\.ipynb, cell 4, line 1, column 3: Property 'b'/),
      '',
    ])
  } finally {
    await rm(folder, { recursive: true })
  }
})
