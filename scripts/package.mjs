import { mkdir, readFile, rename, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { root, runScript, setUp, withoutNpm } from './setup.mjs'

/** Makes the file that VS Code installs the extension from. */
await runScript(async () => {
  await setUp({ tensorflow: 'left out' })
  const { packageExtension } = await import('./vscode/package.mjs')
  const temporary = join(root, 'out')
  await mkdir(temporary, { recursive: true })
  const made = await packageExtension({ root, temporary, env: withoutNpm(process.env) })
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  const file = join(temporary, `ticketlab-${version}.vsix`)
  await rename(made, file)
  const megabytes = ((await stat(file)).size / 1e6).toFixed(1)
  console.log(`wrote ${relative(process.cwd(), file)} (${megabytes} MB). Install it with:`)
  console.log(`  code --install-extension ${relative(process.cwd(), file)}`)
})
