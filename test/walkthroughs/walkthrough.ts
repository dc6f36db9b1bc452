import { createHash } from 'node:crypto'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import ts from 'typescript'
import { compilerOptions } from '../lab/declarations'

/** What a walkthrough of CONTRIBUTING.md does: the texts of new and changed files, by their names. */
export type Edits = ReadonlyMap<string, string>

/**
 * What the section under `heading` does. A block of TypeScript is the file that was named last before it; a block of
 * differences changes that file from top to bottom: its added lines come after those that they follow.
 */
export async function editsOf(heading: string): Promise<Edits> {
  const text = await readFile('CONTRIBUTING.md', 'utf8')
  const section = text.split(/^###? /m).find((one) => one.startsWith(`${heading}\n`))
  if (section === undefined) throw new Error(`CONTRIBUTING.md has no section "${heading}".`)
  const edits = new Map<string, string>()
  let file = ''
  for (const [, named, language, block] of section.matchAll(/`(src\/[\w/.-]+)`|^```(\w+)\n(.*?)^```$/gms)) {
    if (named !== undefined) file = named
    else if (language === 'ts') edits.set(file, block!)
    else if (language === 'diff') {
      edits.set(file, changed(edits.get(file) ?? (await readFile(file, 'utf8')), block!, file))
    }
  }
  return edits
}

function changed(text: string, difference: string, file: string): string {
  const lines = text.split('\n')
  let after = -1
  for (const line of difference.trimEnd().split('\n')) {
    if (line.startsWith('+')) lines.splice(++after, 0, line.slice(1))
    else {
      after = lines.indexOf(line.slice(1), after + 1)
      if (after < 0) throw new Error(`${file} has no line "${line.slice(1)}".`)
    }
  }
  return lines.join('\n')
}

/** Files as they were parsed and bound, which edits do not change: that takes most of the time of a compilation. */
const parsed = new Map<string, ts.SourceFile | undefined>()
/** What the compiler knew last, of which it takes over what depends on no edit. */
let before: ts.SemanticDiagnosticsBuilderProgram | undefined

/** Places that the compiler complains about, as `file: message`, in all that `roots` need of `src`. */
export function complaints(roots: readonly string[], edits: Edits): readonly string[] {
  const options = compilerOptions()
  const declarations = ts.sys.readDirectory('src', ['.d.ts'])
  const edited = new Map([...edits].map(([file, text]) => [resolve(file), text]))
  const host = ts.createCompilerHost(options)
  const parse = host.getSourceFile.bind(host)
  host.fileExists = (file) => edited.has(resolve(file)) || ts.sys.fileExists(file)
  host.readFile = (file) => edited.get(resolve(file)) ?? ts.sys.readFile(file)
  host.getSourceFile = (file, ...more) => {
    const key = `${resolve(file)}\n${edited.get(resolve(file)) ?? ''}`
    if (!parsed.has(key)) {
      const source = parse(file, ...more)
      // By which the compiler tells what has changed.
      if (source) Object.assign(source, { version: createHash('sha1').update(source.text).digest('hex') })
      parsed.set(key, source)
    }
    return parsed.get(key)
  }
  const names = [...roots, ...declarations].map((file) => resolve(file))
  const program = ts.createSemanticDiagnosticsBuilderProgram(names, options, host, before)
  before = program
  return program
    .getSourceFiles()
    .filter(({ fileName }) => fileName.startsWith(resolve('src')))
    .flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)])
    .map(({ file, messageText }) => {
      const name = file!.fileName.slice(process.cwd().length + 1)
      return `${name}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`
    })
}

/** A copy of `src` with the edits, in a folder that the caller removes. */
export async function sourceWith(edits: Edits): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'ticketlab-walkthrough-'))
  await cp('src', join(folder, 'src'), { recursive: true })
  await cp('package.json', join(folder, 'package.json'))
  await symlink(resolve('node_modules'), join(folder, 'node_modules'), 'dir')
  for (const [file, text] of edits) await writeFile(join(folder, file), text)
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}
