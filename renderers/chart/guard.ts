import { askedFor, refusal } from '../../src/report/figures/offline'

/**
 * Lets Vega draw into `container`, and into every element that it creates there, only what loads nothing: each attribute
 * and each property of a style is looked at before it is set, in the first drawing and in all that follow under the
 * mouse. Vega creates elements through the document of their parent, which is why guarded ones have one of their own.
 *
 * @param refused is told of what was asked for; it has not been set
 */
export function guard(container: HTMLElement, refused: (error: Error) => void): HTMLElement {
  const page = container.ownerDocument
  // Vega writes addresses of gradients in full, in case the page has a base.
  const here = `url(${page.location.href.replace(/#.*/s, '')}#`

  /** What may be set, as text; `undefined` for nothing. */
  const checked = (name: string, value: unknown): string | undefined => {
    const text = String(value).replaceAll(here, 'url(#')
    const address = askedFor(name, text)
    if (address === undefined) return text
    refused(refusal(address))
    return undefined
  }

  const guarded = <Kind extends Element>(element: Kind): Kind => Object.defineProperties(element, members)

  const members: PropertyDescriptorMap & ThisType<HTMLElement> = {
    ownerDocument: {
      value: {
        createElement: (tag: string) => guarded(page.createElement(tag)),
        createElementNS: (space: string, tag: string) => guarded(page.createElementNS(space, tag)),
      },
    },
    setAttribute: {
      value(name: string, value: unknown) {
        const text = checked(name, value)
        if (text !== undefined) Element.prototype.setAttribute.call(this, name, text)
      },
    },
    setAttributeNS: {
      value(space: string | null, name: string, value: unknown) {
        const text = checked(name, value)
        if (text !== undefined) Element.prototype.setAttributeNS.call(this, space, name, text)
      },
    },
    style: {
      get() {
        return guardedStyle(
          Reflect.get(Object.getPrototypeOf(this) as object, 'style', this) as CSSStyleDeclaration,
        )
      },
    },
  }

  const guardedStyle = (style: CSSStyleDeclaration): CSSStyleDeclaration => {
    const set = (name: string, value: unknown): void => {
      const text = checked(name, value)
      if (text !== undefined) style.setProperty(name, text)
    }
    return new Proxy(style, {
      get(_, name) {
        if (name === 'setProperty') return set
        const member: unknown = Reflect.get(style, name)
        return typeof member === 'function' ? (member.bind(style) as unknown) : member
      },
      set(_, name, value) {
        set(String(name), value)
        return true
      },
    })
  }

  return guarded(container)
}
