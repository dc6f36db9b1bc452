import { execFile } from 'node:child_process'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { chooseNode, type Probe } from '../../src/extension/notebook/node'
import { environmentOf, resolveSettings } from '../../src/extension/settings'

const unset = { nodePath: '', home: '', store: '', trainers: 0 }

describe('places and trainers', () => {
  test('by default: in the home folder, a trainer per core', () => {
    const home = join(homedir(), '.ticketlab')
    expect(resolveSettings(unset, {}, 4)).toEqual({
      home,
      store: join(home, 'store'),
      backends: join(home, 'backends'),
      trainers: 4,
    })
  })

  test('settings win over the environment', () => {
    const environment = { TICKETLAB_HOME: '/env', TICKETLAB_STORE: '/env-store' }
    expect(resolveSettings({ ...unset, home: '~/lab', trainers: 2 }, environment, 8)).toEqual({
      home: join(homedir(), 'lab'),
      store: '/env-store',
      backends: join(homedir(), 'lab', 'backends'),
      trainers: 2,
    })
    expect(resolveSettings({ ...unset, store: '/mine' }, environment, 8).store).toBe('/mine')
  })

  test('the backend is passed on where one is chosen', () => {
    expect(resolveSettings({ ...unset, backend: 'wasm' }, {}, 1)).toMatchObject({ backend: 'wasm' })
    expect(resolveSettings({ ...unset, backend: 'native' }, {}, 1)).toMatchObject({ backend: 'native' })
    for (const backend of ['auto', 'something else'])
      expect(resolveSettings({ ...unset, backend }, {}, 1)).not.toHaveProperty('backend')
  })

  test('processes of ours find the same places', () => {
    const settings = resolveSettings({ ...unset, home: '/lab', store: '/data' }, {}, 1)
    expect(resolveSettings(unset, environmentOf(settings), 1)).toEqual(settings)
  })
})

describe('the Node that cells run on', () => {
  const versions =
    (known: Record<string, string>): Probe =>
    (path) =>
      known[path] === undefined ? Promise.reject(new Error('ENOENT')) : Promise.resolve(`${known[path]}\n`)

  test('is the one of the setting', async () => {
    const probe = versions({ '/opt/node': 'v22.1.0', node: 'v24.0.0' })
    expect(await chooseNode('/opt/node', 'code', probe)).toEqual({
      path: '/opt/node',
      environment: {},
      version: 'v22.1.0',
    })
  })

  test('is the one on the PATH if that is recent, else the one inside VS Code', async () => {
    expect(await chooseNode('', 'code', versions({ node: 'v20.20.0', code: 'v22.0.0' }))).toMatchObject({
      path: 'node',
      environment: {},
    })
    for (const known of [{ node: 'v20.11.1', code: 'v22.0.0' }, { code: 'v22.0.0' }]) {
      expect(await chooseNode('', 'code', versions(known))).toEqual({
        path: 'code',
        environment: { ELECTRON_RUN_AS_NODE: '1' },
        version: 'v22.0.0',
      })
    }
  })

  test('a setting that is wrong is an error that says what was found', async () => {
    const probe = versions({ '/old/node': 'v16.0.0', node: 'v24.0.0' })
    await expect(chooseNode('/old/node', 'code', probe)).rejects.toThrow(
      /version 20\.12 .*answers "v16\.0\.0"/,
    )
    await expect(chooseNode('/none', 'code', probe)).rejects.toThrow(/\/none does not run/)
  })

  test('the Node that runs this test answers', async () => {
    const probe: Probe = async (path) => (await promisify(execFile)(path, ['--version'])).stdout
    expect((await chooseNode(process.execPath, 'code', probe)).version).toBe(process.version)
  })
})
