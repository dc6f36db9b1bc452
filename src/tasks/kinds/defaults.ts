import { defaultsOf, type Optimizer } from '../../backends/optimizers/all'

/** `value` where it is not the one that is usual. */
export function unless<T>(standard: T, value: T | undefined): T | undefined {
  return value === standard ? undefined : value
}

export function optimizerWithoutDefaults(optimizer: Optimizer): object {
  const defaults = defaultsOf(optimizer)
  return Object.fromEntries(Object.entries(optimizer).filter(([name, value]) => value !== defaults[name]))
}
