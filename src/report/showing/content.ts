import { countText } from '../../support/quantities'
import { badInput } from '../../support/errors'
import { show } from '../../support/show'
import { inLine, display, type Displayable, type MimeBundle } from '../display'

/** Text that is shown as HTML; tags are left out where there is only text. */
export function html(text: string): Displayable {
  return content('HTML', { 'text/html': text, 'text/plain': withoutTags(checked(text, 'lab.html')) })
}

/** Text that is shown as Markdown. */
export function markdown(text: string): Displayable {
  return content('Markdown', { 'text/markdown': checked(text, 'lab.markdown'), 'text/plain': text })
}

/** An SVG document. */
export function svg(text: string): Displayable {
  if (!/<svg[\s>]/.test(checked(text, 'lab.svg')))
    throw badInput('an SVG document, which has <svg ...>, in lab.svg', show(text))
  const picture = withoutTags(text)
  return content('SVG', {
    'image/svg+xml': text,
    'text/plain': picture === '' ? 'SVG picture' : `SVG picture: ${picture}`,
  })
}

function content(kind: string, bundle: MimeBundle): Displayable {
  const length = Object.values(bundle)[0]!.length
  return inLine({ [display]: () => bundle }, () => `${kind} of ${countText(length)} characters`)
}

function checked(text: unknown, of: string): string {
  if (typeof text === 'string') return text
  throw badInput(`text in ${of}`, show(text))
}

/** What is read of a document where it cannot be drawn. */
function withoutTags(text: string): string {
  return text
    .replace(/<(style|script)\b[\s\S]*?<\/\1\s*>|<!--[\s\S]*?-->|<\?[\s\S]*?\?>/gi, '')
    .replace(/<\/(p|div|tr|li|h\d|table|ul|ol|pre)\s*>|<br\s*\/?>/gi, '\n')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&nbsp;/g, ' ')
    .replace(/&amp;/g, '&')
    .split('\n')
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter((line) => line !== '')
    .join('\n')
}
