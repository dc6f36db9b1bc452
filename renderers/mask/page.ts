/** The parts of the page, which src/extension/mask/html.ts writes. */
export function element<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id)
  if (!(found instanceof type)) throw new Error(`The page has no ${type.name} with the id ${id}.`)
  return found
}

export function text(id: string, content: string): void {
  element(id, HTMLElement).textContent = content
}

export function onClick(id: string, action: () => void): void {
  element(id, HTMLElement).addEventListener('click', action)
}

/** Fills a list of names and values. */
export function listIn(id: string, rows: readonly (readonly [string, string])[]): void {
  element(id, HTMLElement).replaceChildren(
    ...rows.flatMap(([name, value]) => [made('dt', name), made('dd', value)]),
  )
}

/** Fills a table; the first cell of each row names it. */
export function tableIn(id: string, header: readonly string[], rows: readonly (readonly string[])[]): void {
  const top = document.createElement('tr')
  top.append(...header.map((name) => headerCell(name, 'col')))
  const body = rows.map(([name = '', ...values]) => {
    const row = document.createElement('tr')
    row.append(headerCell(name, 'row'), ...values.map((value) => made('td', value)))
    return row
  })
  element(id, HTMLTableElement).replaceChildren(...(rows.length > 0 ? [top, ...body] : []))
}

function headerCell(content: string, scope: string): HTMLTableCellElement {
  const cell = made('th', content)
  cell.scope = scope
  return cell
}

function made<Tag extends 'dt' | 'dd' | 'td' | 'th'>(tag: Tag, content: string): HTMLElementTagNameMap[Tag] {
  const one = document.createElement(tag)
  one.textContent = content
  return one
}

/** A row of tabs of which one is chosen; arrow keys, Home and End go from one to the next. */
export interface Tabs<Name extends string> {
  /** Shows those that there are, and which is chosen. */
  show(available: readonly Name[], chosen: Name): void
}

/** @param names the tabs are the elements `tab-<name>` */
export function createTabs<Name extends string>(
  names: readonly Name[],
  onChoose: (name: Name) => void,
): Tabs<Name> {
  const tabOf = (name: Name): HTMLButtonElement => element(`tab-${name}`, HTMLButtonElement)
  let shown: readonly Name[] = names
  for (const name of names) {
    const tab = tabOf(name)
    tab.addEventListener('click', () => onChoose(name))
    tab.addEventListener('keydown', ({ key }) => {
      const at = shown.indexOf(name)
      const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[key]
      const next = to === undefined ? undefined : shown.at(to % shown.length)
      if (next === undefined) return
      onChoose(next)
      tabOf(next).focus()
    })
  }
  return {
    show(available, chosen) {
      shown = available
      for (const name of names) {
        const tab = tabOf(name)
        tab.hidden = !available.includes(name)
        tab.setAttribute('aria-selected', String(name === chosen))
        tab.tabIndex = name === chosen ? 0 : -1
      }
    },
  }
}
