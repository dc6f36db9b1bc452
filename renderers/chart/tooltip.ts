import type { TooltipHandler } from 'vega'

/** The one tooltip on the page, under the name that Vega's tooltips have by default. */
export const tooltipId = 'vg-tooltip-element'

/** Of an object with more members, the rest is left out. */
const mostRows = 40
/** Characters of a value. */
const longest = 300
/** Distance from the mouse, in pixels. */
const distance = 10

/** Shows what is under the mouse: a title, and a row for each other member of an object. Text, never anything else. */
export const showTooltip: TooltipHandler = (_handler, event, _item, value: unknown) => {
  if (value === null || value === undefined || value === '') {
    hideTooltip()
    return
  }
  const tooltip = document.getElementById(tooltipId) ?? createTooltip()
  tooltip.replaceChildren(...contents(value))
  tooltip.classList.add('visible')
  const { width, height } = tooltip.getBoundingClientRect()
  tooltip.style.left = `${beside(event.clientX, width, innerWidth)}px`
  tooltip.style.top = `${beside(event.clientY, height, innerHeight)}px`
}

/** A figure that goes leaves no mouse to move out of it, so its tooltip would stay. */
export function hideTooltip(): void {
  document.getElementById(tooltipId)?.classList.remove('visible')
}

function createTooltip(): HTMLElement {
  const tooltip = element('div')
  tooltip.id = tooltipId
  tooltip.setAttribute('role', 'tooltip')
  document.body.append(tooltip)
  return tooltip
}

/** After the mouse where there is room, otherwise before it. */
function beside(mouse: number, size: number, room: number): number {
  return mouse + distance + size <= room ? mouse + distance : Math.max(0, mouse - distance - size)
}

function contents(value: unknown): HTMLElement[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [element('div', brief(value))]
  const { title, ...rest } = value as Record<string, unknown>
  const entries = Object.entries(rest).filter(([, member]) => member !== undefined)
  const table = element('table')
  for (const [name, member] of entries.slice(0, mostRows)) {
    const row = element('tr')
    const [key, cell] = [element('td', name), element('td', brief(member))]
    key.className = 'key'
    cell.className = 'value'
    row.append(key, cell)
    table.append(row)
  }
  if (entries.length > mostRows) table.append(element('tr', '…'))
  return [...(title ? [element('h2', brief(title))] : []), table]
}

/** A value as text: the parts of objects to a depth of two. */
function brief(value: unknown, depth = 2): string {
  const text = (): string => {
    if (typeof value !== 'object' || value === null || value instanceof Date) return String(value)
    if (depth === 0) return '…'
    if (Array.isArray(value))
      return `[${value
        .slice(0, mostRows)
        .map((part) => brief(part, depth - 1))
        .join(', ')}]`
    const members = Object.entries(value).slice(0, mostRows)
    return `{${members.map(([name, member]) => `${name}: ${brief(member, depth - 1)}`).join(', ')}}`
  }
  const whole = text()
  return whole.length > longest ? `${whole.slice(0, longest)}…` : whole
}

function element(tag: string, text?: string): HTMLElement {
  const created = document.createElement(tag)
  if (text !== undefined) created.textContent = text
  return created
}
