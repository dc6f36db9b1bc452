import type { Hover, Position, SignatureHelp, SignatureInformation } from 'vscode-languageserver'
import { placeOf, rangeOf } from './places'
import type { Project } from './project'
import { commentText, signatureText, typescriptBlock } from './text'

/** What is under the mouse: its type and its comment. */
export function hover(project: Project, uri: string, position: Position): Hover | null {
  const place = placeOf(project, uri, position)
  const info = place && project.service.getQuickInfoAtPosition(place.cell.file, place.offset)
  const range = info && rangeOf(place.cell, info.textSpan)
  if (!range) return null
  const comment = commentText(info.documentation, info.tags)
  const value = [typescriptBlock(signatureText(info.displayParts)), comment].filter((text) => text !== '')
  return { contents: { kind: 'markdown', value: value.join('\n\n') }, range }
}

/** The parameters of the call that is being written. */
export function signatureHelp(project: Project, uri: string, position: Position): SignatureHelp | null {
  const place = placeOf(project, uri, position)
  const help = place && project.service.getSignatureHelpItems(place.cell.file, place.offset, undefined)
  if (!help) return null
  const signatures = help.items.map((item): SignatureInformation => {
    let label = signatureText(item.prefixDisplayParts)
    const parameters = item.parameters.map((parameter, index) => {
      if (index > 0) label += signatureText(item.separatorDisplayParts)
      const start = label.length
      label += signatureText(parameter.displayParts)
      const documentation = commentText(parameter.documentation, undefined)
      return {
        label: [start, label.length] as [number, number],
        ...(documentation === ''
          ? {}
          : { documentation: { kind: 'markdown' as const, value: documentation } }),
      }
    })
    label += signatureText(item.suffixDisplayParts)
    const tags = item.tags.filter(({ name }) => name !== 'param')
    return {
      label,
      parameters,
      documentation: { kind: 'markdown', value: commentText(item.documentation, tags) },
    }
  })
  const active = help.items[help.selectedItemIndex]
  const last = (active?.parameters.length ?? 1) - 1
  return {
    signatures,
    activeSignature: help.selectedItemIndex,
    // All that follows belongs to a rest parameter.
    activeParameter: active?.isVariadic ? Math.min(help.argumentIndex, last) : help.argumentIndex,
  }
}
