import type { Loader } from 'vega'

/**
 * A figure that is opened must not call home, and carries its data. Nothing is known of what a spec may say, so it is not
 * searched for addresses; what Vega is about to load, and every attribute that it is about to draw, is looked at.
 */

/** Functions of CSS and SVG that load nothing. Of all others, known or not, it is not known. */
const harmless = new Set([
  ...[
    'rgb',
    'rgba',
    'hsl',
    'hsla',
    'hwb',
    'lab',
    'lch',
    'oklab',
    'oklch',
    'color',
    'color-mix',
    'light-dark',
    'var',
  ],
  ...['calc', 'min', 'max', 'clamp', 'translate', 'rotate', 'scale', 'matrix', 'skewx', 'skewy'],
])

/** Attributes that are read out or looked up, and never taken for a style or an address. */
const wordsOnly = /^(aria-.*|role|class|id|name|title|xmlns(:.*)?)$/

/**
 * What an attribute, or a property of a style, asks the page to load.
 *
 * @returns the address, or what may lead to one; `undefined` for what loads nothing
 */
export function askedFor(attribute: string, value: string): string | undefined {
  const name = attribute.toLowerCase()
  if (wordsOnly.test(name)) return undefined
  if (/^(xlink:)?href$|^src/.test(name)) return isInside(value) ? undefined : value
  // Escapes and comments can spell any function.
  const local = value.replace(/url\(\s*(["']?)#[\w.:-]*\1\s*\)/gi, '')
  const loads =
    /\\|\/\*|@/.test(local) ||
    [...local.matchAll(/([^\s"'(),;:]*)\(/g)].some(([, of]) => of !== '' && !harmless.has(of!.toLowerCase()))
  return loads ? value : undefined
}

/** Whether an address is that of a picture which it contains, or of a part of the same document. */
function isInside(address: string): boolean {
  return address === '' || address.startsWith('#') || /^data:image\/[\w.+-]+[;,]/i.test(address)
}

/** Told in place of a figure, in the notebook and in the kernel. */
export function refusal(address: string): Error {
  const short = address.length > 200 ? `${address.slice(0, 200)}…` : address
  return new Error(
    `Figures load nothing from elsewhere, but this one asks for ${short}. Put the data into the spec.`,
  )
}

/**
 * Refuses every address but that of a picture which it contains. Vega goes on without what it asked for, so the refusal is
 * told, for the figure to be refused too. Links lead nowhere: a click must not leave the notebook.
 */
export function offlineLoader(refused: (error: Error) => void): Loader {
  const refuse = (address: string): Promise<never> => {
    const error = refusal(address)
    refused(error)
    return Promise.reject(error)
  }
  return {
    load: refuse,
    http: refuse,
    file: refuse,
    // As Vega asks: `context` is 'href' of links, 'image' of pictures.
    sanitize(address: string, options: { readonly context?: string }) {
      if (options.context === 'href') return Promise.resolve({} as { href: string })
      return isInside(address) ? Promise.resolve({ href: address }) : refuse(address)
    },
  }
}

/**
 * An SVG that Vega wrote, which may end in a page.
 *
 * @throws Error for one that asks for something from elsewhere
 */
export function checkedSvg(svg: string): string {
  for (const [, name, value] of svg.matchAll(/\s([\w:-]+)="([^"<>]*)"/g)) {
    const address = askedFor(
      name!,
      value!
        .replace(/&quot;/g, '"')
        .replace(/&lt;/g, '<')
        .replace(/&gt;/g, '>')
        .replace(/&amp;/g, '&'),
    )
    if (address !== undefined) throw refusal(address)
  }
  return svg
}
