import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { benchDensity } from '../density'
import { densityFigure, densityTable } from './report'
import { workloads } from './workloads'

const [, , name = 'lenet'] = process.argv
const workload = workloads[name]
if (!workload) throw new Error(`Expected one of ${Object.keys(workloads).join(', ')}, found ${name}.`)
const report = await benchDensity(workload)
const table = densityTable(report)
console.log(table)
const results = resolve('bench', 'results')
mkdirSync(results, { recursive: true })
const json = (value: object) => `${JSON.stringify(value, null, 2)}\n`
const write = (ending: string, text: string) =>
  writeFileSync(join(results, `density-${name}.${ending}`), text)
write('md', table)
write('json', json(report))
write('vl.json', json(densityFigure(report)))
