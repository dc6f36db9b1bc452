import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createRequire } from 'node:module'
import { root } from './setup.mjs'

/**
 * Writes into package.json what assistants in the editor are offered, the tools of src/lab/assistant with their schemas, and the
 * skill into a file of its own.
 */
const { build } = await import('esbuild')
const outfile = join(root, 'out', 'assistant-tools.cjs')
await build({
  stdin: {
    contents: "export * from './tools'; export * from './skill'",
    resolveDir: join(root, 'src/lab/assistant'),
    loader: 'ts',
  },
  outfile,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  logLevel: 'error',
  // Its build for Node asks for a canvas at the top of the module, which programs in one file cannot.
  alias: { 'vega-canvas': join(root, 'node_modules/vega-canvas/build/vega-canvas.browser.js') },
})
const { assistantTools, skill, skillFile } = createRequire(import.meta.url)(outfile)
await rm(outfile)
const { format, resolveConfig } = await import('prettier')
const file = join(root, 'package.json')
const before = await readFile(file, 'utf8')
const manifest = JSON.parse(before)
manifest.contributes.languageModelTools = Object.entries(assistantTools).map(
  ([name, { title, description, schema }]) => ({
    name,
    toolReferenceName: name.replace(/_(\w)/, (_, letter) => letter.toUpperCase()),
    displayName: title,
    modelDescription: description,
    userDescription: title,
    canBeReferencedInPrompt: true,
    icon: '$(beaker)',
    when: 'isWorkspaceTrusted',
    inputSchema: schema,
  }),
)
const options = await resolveConfig(file)
const after = await format(JSON.stringify(manifest), { ...options, filepath: file })
if (after !== before) await writeFile(file, after)

const skillFolder = join(root, 'skills', skill.name)
await mkdir(skillFolder, { recursive: true })
await writeFile(join(skillFolder, 'SKILL.md'), skillFile())
