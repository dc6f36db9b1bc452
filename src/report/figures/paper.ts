import type { Config as VegaConfig } from 'vega'
import type { Config } from 'vega-lite'

/** What the y axis of a panel takes beside another, as a rule, in pixels: a panel below two others ends where they do. */
export const yAxisWidth = 56

/** Dark on white: a figure in a file cannot know the page it will stand on, and white can be read on any. */
export const paper: Config = {
  background: 'white',
  padding: 10,
  font: 'Helvetica, Arial, sans-serif',
  axis: {
    labelColor: '#333333',
    titleColor: '#1f1f1f',
    domainColor: '#767676',
    tickColor: '#767676',
    gridColor: '#d0d0d0',
  },
  legend: { labelColor: '#333333', titleColor: '#1f1f1f' },
  title: { color: '#1f1f1f', subtitleColor: '#555555' },
  text: { color: '#555555' },
}

/** A look in the words of Vega, whose texts and rules are black where nothing is said of them. */
export function vegaLook({ background, padding, font, axis, legend, title }: Config): VegaConfig {
  const colour = title?.color
  return {
    ...{ background, padding, axis, legend, title },
    ...(colour === undefined ? {} : { text: { fill: colour, font }, rule: { stroke: colour } }),
    style: { 'guide-label': { font }, 'guide-title': { font }, 'group-title': { font } },
  } as VegaConfig
}
