import type { DensityReport } from '../density'
import { bestOf, fixed, lead, percent, row, type Best } from './lead'
import { workloads } from './workloads'

/** The levels that the table of the README has: 100, 21, 5.5 and 1.44% of the weights are left. */
const shown = [0, 7, 13, 19].map((level) => 0.8 ** level)

/**
 * What the README says of speed: for each network the fastest way of ours and of each other library, all with one thread,
 * and how many times as long the other takes.
 * @param reports by what `workloads` calls them
 */
export function leadTable(reports: Readonly<Record<string, DensityReport>>): string {
  const rows = Object.keys(workloads).flatMap((name) => {
    const report = reports[name]
    if (!report) return []
    const steps = report.steps.filter(({ density }) => shown.some((one) => Math.abs(one - density) < 1e-9))
    return steps.map((step, index) => {
      const ours = bestOf(report, step, 'Ticket Lab', 1)
      const beside = ['PyTorch', 'JAX'].map((library) => {
        const other = bestOf(report, step, library, 1)
        return ours && other ? `${written(other)}: **${lead(ours, other)}**` : ''
      })
      return [
        index === 0 ? `[${report.network}](bench/results/density-${name}.md)` : '',
        percent(step.density),
        ours ? written(ours) : '',
        ...beside,
      ]
    })
  })
  const head = ['network', 'weights left', 'Ticket Lab', 'PyTorch', 'JAX']
  return [head, head.map((_, index) => (index === 0 || index > 2 ? '---' : '---:')), ...rows]
    .map(row)
    .join('\n')
}

/** Such as `0.51 ms (native)`. */
const written = ({ milliseconds, how }: Best): string => `${fixed(milliseconds)} ms (${how})`
