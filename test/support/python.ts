import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)
const program = process.env['TICKETLAB_PYTHON'] || 'python3'

/** What a Python program prints. @throws what it says when it fails */
export async function python(...args: readonly string[]): Promise<string> {
  // No caches beside the programs, which lie in the checkout.
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' }
  const { stdout } = await run(program, args, { env, maxBuffer: 1e8 })
  return stdout
}

/** Why a module cannot be used, or undefined when it can. */
export async function pythonObstacle(module: string): Promise<string | undefined> {
  try {
    await python('-c', `import ${module}`)
    return undefined
  } catch {
    return `${program} cannot import ${module}`
  }
}
