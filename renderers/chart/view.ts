import type { Config as VegaConfig, Runtime, ViewOptions } from 'vega'
import { mergeConfig, parse, View } from 'vega'
import { expressionInterpreter } from 'vega-interpreter'
import type { Config, TopLevelSpec } from 'vega-lite'
import { compile } from 'vega-lite'
import * as themes from 'vega-themes'
import { vegaLook } from '../../src/report/figures/paper'
import type { AnySpec } from './layout'
import { embedOptions } from './layout'

/** What a spec is written in. */
export type Language = 'vega' | 'vega-lite'

/**
 * A spec, ready to be drawn; its version does not matter (v3 to v6 are drawn alike). Expressions are interpreted, never
 * compiled, so that it works on pages that forbid `eval`.
 *
 * @param look for what the spec says nothing of
 * @throws what Vega throws for a spec that it does not understand
 */
export function viewOf(spec: AnySpec, language: Language, look: Config, options: ViewOptions): View {
  const { theme, config = {}, padding } = embedOptions(spec)
  const own = language === 'vega' ? vegaLook(look) : (look as VegaConfig)
  const looks = mergeConfig(themed(theme), own, config as VegaConfig)
  // It is drawn again from the same object, and Vega computes in the rows of the data themselves.
  const plain = structuredClone({
    ...{ ...spec, $schema: undefined },
    ...(padding === undefined ? {} : { padding }),
  }) as object
  const runtime =
    language === 'vega'
      ? parse(plain, looks, { ast: true })
      : parse(compile(plain as TopLevelSpec, { config: looks as Config }).spec, {}, { ast: true })
  return new View(harmless(runtime), { ...options, expr: expressionInterpreter })
}

/** A look that is known by its name, as other programs' figures ask for one. */
function themed(name: unknown): VegaConfig {
  const known = new Map<unknown, unknown>(Object.entries(themes))
  return name === 'version' ? {} : (known.get(name) ?? {})
}

/** Inputs that Vega makes of its own, or that hold nothing but text. */
const inputs = new Set([
  ...['checkbox', 'radio', 'select', 'range', 'text', 'search', 'number', 'color'],
  ...['date', 'time', 'datetime-local', 'month', 'week'],
])
/** What an input may have: Vega sets whatever else there is as attributes, scripts included. */
const members = new Set([
  ...['signal', 'name', 'options', 'labels', 'min', 'max', 'step', 'debounce', 'placeholder'],
])

/** Inputs of signals stand below the figure and have what inputs need; the cursor is that of the figure, not of the page. */
function harmless(runtime: Runtime): Runtime {
  const { bindings = [], eventConfig } = runtime as {
    readonly bindings?: readonly object[]
    readonly eventConfig?: object
  }
  return {
    ...runtime,
    bindings: bindings.map(harmlessInput),
    eventConfig: { ...eventConfig, globalCursor: false },
  } as Runtime
}

function harmlessInput(binding: object): object {
  const { input } = binding as { readonly input?: unknown }
  return {
    ...Object.fromEntries(Object.entries(binding).filter(([name]) => members.has(name))),
    input: typeof input === 'string' && inputs.has(input) ? input : 'text',
  }
}
