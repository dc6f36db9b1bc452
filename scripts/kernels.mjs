/*
 * Compiles the kernels of the wasm backend into a module that holds their bytes. It is kept in the repository: the
 * bytes decide the bits of every result, so a change of them should be seen, and nothing that bundles or runs the
 * sources needs the compiler.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

const root = fileURLToPath(new URL('..', import.meta.url))
const target = fileURLToPath(new URL('../src/backends/wasm/binary.ts', import.meta.url))

/** The text of src/backends/wasm/binary.ts, of the kernels in the folder that has `src` in it. */
export async function compileKernels(folder = root) {
  let bytes
  const { error, stderr } = await asc.main(
    [
      'src/backends/wasm/kernels/index.ts',
      ...['--outFile', 'kernels.wasm', '--baseDir', folder],
      ...[
        '-O3',
        '--converge',
        '--noAssert',
        '--runtime',
        'stub',
        '--enable',
        'simd',
        '--importMemory',
        '--maximumMemory',
        '65536',
      ],
    ],
    { writeFile: (name, contents) => (name.endsWith('.wasm') ? (bytes = contents) : undefined) },
  )
  if (error || !bytes) throw new Error(`The kernels do not compile:\n${stderr.toString()}`)
  const lines = Buffer.from(bytes)
    .toString('base64')
    .match(/.{1,100}/g)
  return [
    '/* Made by scripts/kernels.mjs from the files in kernels/; do not edit. */',
    '',
    '/** The compiled kernels, in base64. */',
    'export const binary =',
    `${lines.map((line) => `  '${line}'`).join(' +\n')}`,
    '',
  ].join('\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = await compileKernels()
  if (text !== readFileSync(target, { encoding: 'utf8', flag: 'a+' })) writeFileSync(target, text)
}
