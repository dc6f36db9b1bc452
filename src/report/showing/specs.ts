import { badInput } from '../../support/errors'
import type { MimeBundle } from '../display'

/** A Vega or Vega-Lite specification: a plain object that says so by its `$schema`. */
export interface VegaSpec {
  readonly $schema: string
  readonly title?: unknown
}

const schema = /^https?:\/\/vega\.github\.io\/schema\/(?<language>vega|vega-lite)\/v(?<version>\d+)/

/** The versions that our renderer is registered for in package.json; the newest of Vega and Vega-Lite draws them all. */
const versions = { vega: ['3', '4', '5', '6'], 'vega-lite': ['3', '4', '5', '6'] } as const

/** Whether a value says by its `$schema` that it is a specification of a figure. */
export function isVegaSpec(value: unknown): value is VegaSpec {
  if (typeof value !== 'object' || value === null) return false
  const { $schema } = value as Partial<VegaSpec>
  return typeof $schema === 'string' && schema.test($schema)
}

/**
 * The figure of a spec: for viewers that draw it, and as SVG.
 * @throws TicketLabError `bad-input` for a version that is not drawn; what Vega throws for a spec that it cannot draw
 */
export async function specBundle(spec: VegaSpec): Promise<MimeBundle> {
  const { language, version } = schema.exec(spec.$schema)!.groups as {
    language: keyof typeof versions
    version: string
  }
  if (!versions[language].some((known) => known === version)) {
    throw badInput(`a specification of ${language} 3 to 6`, `version ${version}`, 'Change its $schema.')
  }
  const { renderSpec } = await import('../figures/render')
  return {
    [`application/vnd.${language === 'vega' ? 'vega' : 'vegalite'}.v${version}+json`]: JSON.stringify(spec),
    'image/svg+xml': await renderSpec(spec, language),
    'text/plain': [language === 'vega' ? 'Vega figure' : 'Vega-Lite figure', ...titleOf(spec)].join(': '),
  }
}

function titleOf({ title }: VegaSpec): string[] {
  const text = typeof title === 'object' && title !== null ? (title as { text?: unknown }).text : title
  return typeof text === 'string' ? [text] : []
}
