import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { root, runScript, setUp, withoutNpm } from './setup.mjs'

/** Makes the files that VS Code installs the extension from: one with MNIST inside, and a smaller one without. */
await runScript(async () => {
  await setUp({ tensorflow: 'left out' })
  const { packageExtension } = await import('./vscode/package.mjs')
  const out = join(root, 'out')
  const temporary = join(out, '.packing')
  await mkdir(temporary, { recursive: true })
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  const env = withoutNpm(process.env)
  const kinds = [
    { withMnist: true, name: `ticketlab-${version}.vsix`, what: 'with MNIST inside' },
    {
      ...{ withMnist: false, name: `ticketlab-${version}-without-mnist.vsix` },
      what: "without it: 'Ticket Lab: Install Dataset…' gets it",
    },
  ]
  try {
    for (const { withMnist, name, what } of kinds) {
      const file = join(out, name)
      await rename(await packageExtension({ root, temporary, env, withMnist }), file)
      const megabytes = ((await stat(file)).size / 1e6).toFixed(1)
      console.log(`wrote ${relative(process.cwd(), file)} (${megabytes} MB, ${what})`)
    }
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
  console.log('Install one of them with:')
  console.log(`  code --install-extension ${relative(process.cwd(), join(out, kinds[0].name))}`)
})
