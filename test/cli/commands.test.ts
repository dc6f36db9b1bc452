import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { version } from '../../package.json'
import { bundle, type Bundle } from '../support/bundle'
import { needTensorflow } from '../support/tensorflow'

let program: Bundle
let empty: string
beforeAll(async () => {
  program = await bundle('src/cli/main.ts')
  empty = mkdtempSync(join(tmpdir(), 'ticketlab-home-'))
})
afterAll(async () => {
  await program.remove()
  rmSync(empty, { recursive: true, force: true })
})

/** Runs the command line as a user does. */
function ticketlab(
  args: readonly string[],
  options: { home?: string; onError?: (text: string, pid: number) => void } = {},
) {
  const { TICKETLAB_HOME, TICKETLAB_BACKENDS, TICKETLAB_STORE, ...rest } = process.env
  const home = options.home
    ? { TICKETLAB_HOME: options.home }
    : { TICKETLAB_HOME, TICKETLAB_BACKENDS, TICKETLAB_STORE }
  const child = spawn(process.execPath, [program.file, ...args], { env: { ...rest, ...home } })
  let output = ''
  let errors = ''
  child.stdout.on('data', (chunk) => (output += String(chunk)))
  child.stderr.on('data', (chunk) => {
    errors += String(chunk)
    options.onError?.(errors, child.pid!)
  })
  return new Promise<{ code: number | null; output: string; errors: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, output, errors }))
  })
}

describe('ticketlab doctor', () => {
  it('says that an empty home lacks TensorFlow, what to do, and what trains instead', async () => {
    const { code, output, errors } = await ticketlab(['doctor'], { home: empty })
    expect(errors).toBe('')
    expect(output).toMatch(/^ok {7}Node +v\d+/m)
    expect(output).toMatch(/^ok {7}Platform +\w+ \w+, \d+ cores/m)
    expect(output).toContain(`note     TensorFlow        Expected TensorFlow in ${join(empty, 'backends')}`)
    expect(output).toContain("Run 'ticketlab backend install'")
    expect(output).toMatch(/^ok {7}Store.*\(not made yet\), [\d.]+ GB free/m)
    expect(output).toMatch(
      /^ok {7}WebAssembly +wasm-1 is built in, and trains as long as neither TensorFlow nor the native backend is installed$/m,
    )
    expect(output).not.toMatch(/^Missing:.*(TensorFlow|Python|compiler)/m)
    expect(code).toBe(/^Missing:/m.test(output) ? 1 : 0)
  })

  it('loads the TensorFlow that is installed', async () => {
    needTensorflow()
    const { output } = await ticketlab(['doctor'])
    expect(output).toMatch(
      /^ok {7}TensorFlow +\d+\.\d+\.\d+ from the (wheel|bucket), in .*it loads and computes/m,
    )
  })

  it('says of a home behind a link that leads nowhere that it is missing, and what to do', async () => {
    const home = join(empty, 'link')
    symlinkSync(join(empty, 'gone'), home)
    const { code, output } = await ticketlab(['doctor'], { home })
    expect(output).toContain(`MISSING  Home              ${home}, but ${home} is a link that leads nowhere`)
    expect(output).toMatch(/^MISSING {2}Store/m)
    expect(output).toMatch(/^Missing:.* Home, Store\.$/m)
    expect(code).toBe(1)
  })

  it('really reads MNIST', async () => {
    const data = process.env['TICKETLAB_DATA']
    const { output } = await ticketlab(['doctor'], { home: empty })
    if (data && existsSync(resolve(data)))
      expect(output).toMatch(/^ok {7}MNIST +60000 training and 10000 test images/m)
    else expect(output).toMatch(/^MISSING {2}MNIST.*npm run build/m)
  })
})

describe('ticketlab backend', () => {
  it('tells by exit code that TensorFlow is not installed', async () => {
    const missing = await ticketlab(['backend', 'status'], { home: empty })
    expect(missing).toMatchObject({ code: 1, output: '' })
    expect(missing.errors).toContain("Run 'ticketlab backend install'")
  })

  it('tells by exit code that TensorFlow is installed', async () => {
    needTensorflow()
    const installed = await ticketlab(['backend', 'status'])
    expect(installed).toMatchObject({ code: 0, errors: '' })
    expect(installed.output).toMatch(/^TensorFlow \d+\.\d+\.\d+ from .*, installed \d{4}-/)
  })

  it('has nothing to do where TensorFlow is installed', async () => {
    needTensorflow()
    const { code, output } = await ticketlab(['backend', 'install'])
    expect(output).toMatch(/^TensorFlow \d+\.\d+\.\d+ is installed in /)
    expect(code).toBe(0)
  })

  it.skipIf(process.platform === 'win32')(
    'is interrupted by Ctrl-C without leaving an installation',
    async () => {
      let interrupted = false
      const onError = (errors: string, pid: number) => {
        if (interrupted || !errors.includes('with npm')) return
        interrupted = true
        process.kill(pid, 'SIGINT')
      }
      const { code, errors } = await ticketlab(['backend', 'install'], { home: empty, onError })
      expect(errors).toContain('The installation was cancelled.')
      expect(code).toBe(130)
      expect(readdirSync(join(empty, 'backends'))).toEqual(['.installing'])
    },
  )
})

describe('ticketlab', () => {
  it('prints its version', async () => {
    expect((await ticketlab(['--version'])).output.trim()).toBe(version)
  })

  it('suggests the command that was meant, and exits with 1', async () => {
    const { code, errors } = await ticketlab(['docter'])
    expect(errors).toContain('Did you mean doctor?')
    expect(code).toBe(1)
  })
})

describe('ticketlab run', () => {
  const notebook = () => {
    const file = join(empty, 'one.ipynb')
    const cell = { cell_type: 'code', metadata: {}, source: ['1'], outputs: [], execution_count: null }
    const metadata = { language_info: { name: 'typescript' } }
    writeFileSync(file, JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata, cells: [cell] }))
    return file
  }

  it.each(['1e99', '0', 'many', '1.5'])('refuses %s trainers', async (count) => {
    const { code, errors } = await ticketlab(['run', notebook(), '--trainers', count], { home: empty })
    expect(errors).toContain('--trainers')
    expect(errors).toContain('a whole number from 1 to 1000')
    expect(code).toBe(1)
  })

  it('refuses at once to write where no folder can be made', async () => {
    const dead = join(empty, 'dead')
    symlinkSync(join(empty, 'nothing'), dead)
    const places = [dead, join(dead, 'below'), ...(process.platform === 'linux' ? ['/proc/ticketlab'] : [])]
    for (const out of places) {
      const { code, errors } = await ticketlab(['run', notebook(), '--out', out], { home: empty })
      expect(errors).toMatch(
        /^Cannot write .*: (.* is a link that leads nowhere|no folder can be made there)\. Choose/,
      )
      expect(code).toBe(1)
    }
  })
})
