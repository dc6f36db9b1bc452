import assert from 'node:assert/strict'
import { commands, extensions } from 'vscode'
import { commands as ids, extensionId } from '../../src/extension/contributions'

describe('activation', () => {
  it('succeeds', async () => {
    const extension = extensions.getExtension(extensionId)
    assert.ok(extension, `${extensionId} is not installed`)
    await extension.activate()
    assert.equal(extension.isActive, true)
  })

  it('registers every command', async () => {
    const registered = new Set(await commands.getCommands(true))
    assert.deepEqual(
      Object.values(ids).filter((id) => !registered.has(id)),
      [],
    )
  })
})
