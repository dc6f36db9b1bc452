import type { DensityReport } from '../density'

/** The report as a page of Markdown. */
export function densityTable({
  network,
  date,
  processor,
  node,
  engines,
  tfjsWasm,
  steps,
  ladder,
  notes,
}: DensityReport): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const [wasm, ...others] = engines
  const fixed = (milliseconds: number) => milliseconds.toFixed(milliseconds < 1 ? 3 : 2)
  const percent = (density: number) => `${Number((density * 100).toPrecision(3))}%`
  const withRatios = ([first, ...rest]: readonly number[]) => [
    fixed(first!),
    ...rest.flatMap((value) => [fixed(value), `${(value / first!).toFixed(1)} x`]),
  ]
  return [
    `# ${network}: time against the share of weights left`,
    '',
    `Batch 60, Adam, ${date}, ${processor}, Node ${node}. Milliseconds per training step, and how many times as long `,
    `as on ${wasm}; each in its own process, in turns, medians.`,
    '',
    row(['weights left', `${wasm}`, ...others.flatMap((name) => [name, 'ratio'])]),
    row(['---:', ...engines.map(() => '---:'), ...others.map(() => '---:')]),
    ...steps.map(({ density, milliseconds }) => row([percent(density), ...withRatios(milliseconds)])),
    '',
    'Milliseconds that processors worked in a step, all threads together, threads that wait for each other included:',
    '',
    row(['weights left', `${wasm}`, ...others.flatMap((name) => [name, 'ratio'])]),
    row(['---:', ...engines.map(() => '---:'), ...others.map(() => '---:')]),
    ...steps.map(({ density, worked }) => row([percent(density), ...withRatios(worked)])),
    '',
    ...(tfjsWasm === undefined
      ? []
      : [
          `tfjs-backend-wasm takes ${fixed(tfjsWasm)} ms for a step of the full network, ` +
            `${(tfjsWasm / steps[0]!.milliseconds[0]!).toFixed(1)} times as long as ${wasm}.`,
          '',
        ]),
    ...(ladder ? [...ladderLines(ladder, engines), ''] : []),
    ...(notes.length === 0 ? [] : [...notes, '']),
  ].join('\n')
}

function ladderLines(
  { levels, steps, seconds, mixed }: NonNullable<DensityReport['ladder']>,
  engines: readonly string[],
): string[] {
  return [
    `A whole ladder of ${levels} levels (${levels + 1} networks of ${steps} steps each, without evaluations):`,
    '',
    ...(mixed === undefined
      ? []
      : [`- mixed (each network on the backend that is faster for it): ${mixed.toFixed(1)} s`]),
    ...engines.map((name, index) => {
      const best = mixed ?? seconds[0]!
      return `- ${name}: ${seconds[index]!.toFixed(1)} s (${(seconds[index]! / best).toFixed(1)} x)`
    }),
  ]
}

/** The report as a Vega-Lite figure with its numbers inside. */
export function densityFigure({ network, date, processor, engines, steps }: DensityReport): object {
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
    title: { text: `${network}: milliseconds per training step`, subtitle: `${processor}, ${date}` },
    width: 480,
    height: 300,
    data: {
      values: steps.flatMap(({ density, milliseconds }) =>
        engines.map((engine, index) => ({
          engine,
          percent: density * 100,
          milliseconds: milliseconds[index],
        })),
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
      color: { field: 'engine', type: 'nominal', sort: engines, title: null },
    },
  }
}
