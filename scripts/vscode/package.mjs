import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { capture } from './command.mjs'

/**
 * Packs the extension as it is published.
 *
 * @param {object} context
 * @param {string} context.root the checkout, built
 * @param {string} context.temporary where the package goes
 * @param {NodeJS.ProcessEnv} context.env
 * @param {boolean} [context.withMnist] whether MNIST is inside, which is two thirds of the package
 * @returns {Promise<string>} the path of the package
 */
export async function packageExtension({ root, temporary, env, withMnist = true }) {
  const vsix = join(temporary, withMnist ? 'ticketlab.vsix' : 'ticketlab-without-mnist.vsix')
  const vsce = join(root, 'node_modules/@vscode/vsce/vsce')
  // The bundles need no packages, and the README's picture is inside: there is no repository to link to.
  const args = ['package', '--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links']
  if (!withMnist) args.push('--ignoreFile', await ignoringMnist(root, temporary))
  await capture(process.execPath, [vsce, ...args, '--out', vsix], { cwd: root, env })
  return vsix
}

/** What stays out, and MNIST: an exception cannot be taken back, so the other folders of data are named in its place. */
async function ignoringMnist(root, temporary) {
  const all = '!dist/data/**\n'
  const ignored = await readFile(join(root, '.vscodeignore'), 'utf8')
  if (!ignored.includes(all)) {
    throw new Error(`Expected the line ${all.trim()} in .vscodeignore, found none: MNIST cannot be left out.`)
  }
  const others = (await readdir(join(root, 'dist/data'))).filter((name) => name !== 'mnist')
  const file = join(temporary, 'vscodeignore-without-mnist')
  await writeFile(file, ignored.replace(all, others.map((name) => `!dist/data/${name}/**\n`).join('')))
  return file
}
