import globals from 'globals'

/**
 * Names that no Node defines and that packages ask for all the same (`typeof window`, `typeof define`), to find out where
 * they run. Of the many names of browsers these are those with a capital letter (`Image`, `localStorage`); the others are
 * everyday words.
 */
const environments: ReadonlySet<string> = new Set([
  ...Object.keys(globals.builtin),
  ...Object.keys(globals.browser).filter((name) => /[A-Z]/.test(name)),
  ...Object.keys({ ...globals.commonjs, ...globals.amd }),
  ...['__dirname', '__filename', 'Bun', 'Deno', 'document', 'importScripts', 'jest', 'location', 'navigator'],
  ...['opera', 'self', 'window'],
])

/** Whether code outside cells may look for a global of this name. */
export function isLookedFor(name: string): boolean {
  return name in globalThis || environments.has(name)
}

/** Every name of `globalThis` at this moment, inherited ones included. */
export function namesOfGlobals(): ReadonlySet<string> {
  const names = new Set<string>()
  for (
    let object: object | null = globalThis;
    object;
    object = Object.getPrototypeOf(object) as object | null
  ) {
    for (const name of Object.getOwnPropertyNames(object)) names.add(name)
  }
  return names
}
