import { completion } from './completion'
import type { Project } from './project'

/**
 * Has TypeScript read and bind everything once, on a notebook of its own, before the user waits for an answer: names
 * to import, and the members of `lab`.
 */
export function warmUp(project: Project): void {
  const uri = 'ticketlab-warm-up'
  const texts = ['lab.', 'read']
  project.set({
    uri,
    folder: process.cwd(),
    cells: texts.map((text) => ({ uri: `${uri}#${text}`, language: 'typescript', text })),
  })
  for (const text of texts) {
    completion(project, `${uri}#${text}`, { line: 0, character: text.length }, undefined)
  }
  project.remove(uri)
}
