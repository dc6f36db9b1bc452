import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { CancellationToken } from 'vscode'
import { ourNode } from '../notebook/launch'
import type { Services } from '../services'

/**
 * What `ticketlab tool` answers, in a process of its own, as everything that computes.
 * @param hear is told of each line as it comes
 * @throws Error with what it was refused for
 */
export async function askTool(
  services: Services,
  name: string,
  input: object,
  token: CancellationToken,
  hear: (line: string) => void = () => undefined,
): Promise<string> {
  const { node, env } = await ourNode()
  const child = spawn(node, [services.built('cli.cjs'), 'tool', name], { env })
  const cancelling = token.onCancellationRequested(() => child.kill())
  const said: string[] = []
  let complained = ''
  createInterface(child.stdout.setEncoding('utf8')).on('line', (line) => {
    said.push(line)
    hear(line)
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complained += text))
  child.stdin.end(JSON.stringify(input))
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', resolve)
    })
    if (code === 0) return said.join('\n').trim()
    throw new Error(complained.trim() || `ticketlab tool ${name} ended with ${code}.`)
  } finally {
    cancelling.dispose()
  }
}
