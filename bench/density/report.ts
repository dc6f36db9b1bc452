import type { DensityReport } from '../density'
import { bestOf, fixed, lead, percent, row } from './lead'

type Step = DensityReport['steps'][number]

/** The report as a page of Markdown: first against the best of each library, then every way. */
export function densityTable(report: DensityReport): string {
  const { network, recipe, date, processor, versions, load, engines, steps, ladder, notes } = report
  const others = [...new Set(engines.map(({ library }) => library))].filter((one) => one !== 'Ticket Lab')
  const counts = [...new Set(engines.map(({ threads }) => threads))].sort((a, b) => a - b)
  return [
    `# ${network}: time against the share of weights left`,
    '',
    `${recipe}, ${date}, ${processor}, ${versions}; load average ${load.toFixed(1)} when this began. Milliseconds per`,
    'training step, medians of five turns, each way in a process of its own, in turns.',
    '',
    'The fastest of ours beside the fastest way to use each other library:',
    '',
    row(['threads', 'weights left', 'Ticket Lab', ...others.flatMap((name) => [name, 'times as long'])]),
    row(['---:', '---:', ...others.flatMap(() => ['---:', '---:']), '---:']),
    ...counts.flatMap((threads) =>
      steps.map((step) => {
        const ours = bestOf(report, step, 'Ticket Lab', threads)
        const cells = others.flatMap((library) => {
          const other = bestOf(report, step, library, threads)
          return other && ours ? [`${fixed(other.milliseconds)} (${other.how})`, lead(ours, other)] : ['', '']
        })
        return row([
          threads === 1 ? '1' : `up to ${threads}`,
          percent(step.density),
          ours ? `${fixed(ours.milliseconds)} (${ours.how})` : '',
          ...cells,
        ])
      }),
    ),
    '',
    'Every way, by milliseconds of a step and, in brackets, those that processors worked in it, all threads together:',
    '',
    row(['', 'threads', ...steps.map(({ density }) => percent(density))]),
    row(['---', '---:', ...steps.map(() => '---:')]),
    ...engines.map(({ library, how, threads }, index) =>
      row([`${library}, ${how}`, String(threads), ...steps.map((step) => both(step, index))]),
    ),
    '',
    ...(ladder
      ? [
          `A whole ladder of ${ladder.levels} levels (${ladder.levels + 1} networks of ${ladder.steps} steps each, without evaluations), seconds:`,
          '',
          ...engines.map(
            ({ library, how, threads }, index) =>
              `- ${library}, ${how}, threads ${threads}: ${ladder.seconds[index]!.toFixed(1)}`,
          ),
          '',
        ]
      : []),
    ...(notes.length === 0 ? [] : [...notes, '']),
  ].join('\n')
}

const both = ({ milliseconds, worked }: Step, index: number) =>
  `${fixed(milliseconds[index]!)} (${fixed(worked[index]!)})`

/** The report as a Vega-Lite figure with its numbers inside. */
export function densityFigure({ network, date, processor, engines, steps }: DensityReport): object {
  const names = engines.map(({ library, how, threads }) => `${library}, ${how}, threads ${threads}`)
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
    title: { text: `${network}: milliseconds per training step`, subtitle: `${processor}, ${date}` },
    width: 480,
    height: 300,
    data: {
      values: steps.flatMap(({ density, milliseconds }) =>
        names.map((engine, index) => ({ engine, percent: density * 100, milliseconds: milliseconds[index] })),
      ),
    },
    mark: { type: 'line', point: true, tooltip: true },
    encoding: {
      x: {
        field: 'percent',
        type: 'quantitative',
        scale: { type: 'log', reverse: true },
        title: 'percent of weights remaining',
      },
      y: {
        field: 'milliseconds',
        type: 'quantitative',
        scale: { type: 'log' },
        title: 'milliseconds per step',
      },
      color: { field: 'engine', type: 'nominal', sort: names, title: null },
    },
  }
}
