import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { benchDensity } from '../density'
import { densityFigure, densityTable } from './report'

const report = await benchDensity()
const table = densityTable(report)
console.log(table)
const results = resolve('bench', 'results')
mkdirSync(results, { recursive: true })
const json = (value: object) => `${JSON.stringify(value, null, 2)}\n`
writeFileSync(join(results, 'density.md'), table)
writeFileSync(join(results, 'density.json'), json(report))
writeFileSync(join(results, 'density.vl.json'), json(densityFigure(report)))
