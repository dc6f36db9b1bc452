import assert from 'node:assert/strict'
import { commands, extensions } from 'vscode'
import { commands as ids, extensionId } from '../../src/extension/contributions'

interface Manifest {
  readonly contributes: { readonly keybindings: readonly { readonly command: string }[] }
}

describe('activation', () => {
  it('succeeds', async () => {
    const extension = extensions.getExtension(extensionId)
    assert.ok(extension, `${extensionId} is not installed`)
    await extension.activate()
    assert.equal(extension.isActive, true)
  })

  it('VS Code has every command that our keys stand for', async () => {
    const { keybindings } = (extensions.getExtension(extensionId)!.packageJSON as Manifest).contributes
    const known = new Set(await commands.getCommands(false))
    assert.ok(keybindings.length > 0)
    assert.deepEqual(
      keybindings.filter(({ command }) => !known.has(command)),
      [],
    )
  })

  it('registers every command', async () => {
    const registered = new Set(await commands.getCommands(true))
    assert.deepEqual(
      Object.values(ids).filter((id) => !registered.has(id)),
      [],
    )
  })
})
