/** Globals of the kernel that compiled cells call; not enumerable, so that nobody meets them by accident. */
export const importFunction = '__ticketlabImport'
export const importMeta = '__ticketlabImportMeta'
export const showFunction = '__ticketlabShow'
export const readOnlyFunction = '__ticketlabReadOnly'
export const namedFunction = '__ticketlabNamed'
export const formerFunction = '__ticketlabFormer'

/** What compiled cells call without any help of a kernel. */
export const scriptHelpers = {
  /** What stands for a variable that is assigned, but cannot be. */
  [readOnlyFunction]: (name: string, read: () => unknown) => ({
    get value() {
      return read()
    },
    set value(_) {
      throw new TypeError(
        name in globalThis
          ? `'${name}' is a global that packages use, too. Declare a variable of your own (let ${name} = ...), or write ` +
              `globalThis.${name} = ... to replace it for everybody.`
          : `Assignment to constant variable '${name}'.`,
      )
    },
  }),
  /** A function with the name that the user gave it. */
  [namedFunction]: (of: unknown, name: string) =>
    Object.defineProperty(of, 'name', { value: name, configurable: true }),
  /** The value of a variable that a `var` declares again. */
  [formerFunction]: (read: () => unknown) => {
    try {
      return read()
    } catch {
      return undefined // It has none yet.
    }
  },
}
