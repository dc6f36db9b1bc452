import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import webpack from 'webpack'

/** What may be shipped as a part of ours: licences that ask for their notice and no more. */
const permissive =
  /^(MIT|MIT-0|ISC|0BSD|BSD-2-Clause|BSD-3-Clause|Apache-2\.0|BlueOak-1\.0\.0|Unlicense|CC0-1\.0)$/

/**
 * A webpack plugin that writes the notices of every package of which something is bundled, whether or not the
 * minimizer has left any of it. The build fails for a licence that does not let us ship it.
 */
export class Notices {
  /**
   * @param {string} file its name in the output folder
   * @param {string[]} more folders of packages of which something is shipped outside the bundle
   */
  constructor(file, more = []) {
    this.file = file
    this.more = more
  }

  apply(compiler) {
    compiler.hooks.thisCompilation.tap('Notices', (compilation) => {
      const stage = webpack.Compilation.PROCESS_ASSETS_STAGE_ADDITIONAL
      compilation.hooks.processAssets.tap({ name: 'Notices', stage }, () => {
        const text = noticesOf([...this.more, ...packageFolders(compilation.modules)])
        compilation.emitAsset(this.file, new webpack.sources.RawSource(text))
      })
    })
  }
}

/** The folders of the packages that modules come from; ours is none. */
function packageFolders(modules) {
  const files = [...modules].map((module) => module.nameForCondition?.()).filter(Boolean)
  return files.filter((file) => /[\\/]node_modules[\\/]/.test(file)).map(packageFolder)
}

function packageFolder(file) {
  let folder = dirname(file)
  // Folders inside of a package may have a package.json that only says how modules are written.
  while (!existsSync(join(folder, 'package.json')) || !readPackage(folder).version) folder = dirname(folder)
  return folder
}

function noticesOf(folders) {
  const notices = new Map([...new Set(folders)].map(noticeOf))
  const names = [...notices.keys()].sort()
  const line = '-'.repeat(80)
  return `${names.map((name) => notices.get(name)).join(`\n${line}\n\n`)}`
}

/** Of one package: its name, and what must be said of it. */
function noticeOf(folder) {
  const { name, version, author, homepage, ...rest } = readPackage(folder)
  // Older packages have a list.
  const license = rest.license ?? rest.licenses?.[0]?.type
  if (!permissive.test(license)) {
    throw new Error(`${name} is under ${license}, which is not among the licences that may be shipped.`)
  }
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice|third.?party)/i.test(file))
  const texts = files.sort().map((file) => readFileSync(join(folder, file), 'utf8').trim())
  const by = typeof author === 'object' ? author.name : author
  const named = `By ${by ?? 'its contributors'}${homepage ? `, ${homepage}` : ''}; the package names its licence without its text.`
  const text = texts.length > 0 ? texts.join('\n\n') : named
  return [`${name} ${version}`, `${name} ${version} (${license})\n\n${text}\n`]
}

function readPackage(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
}
