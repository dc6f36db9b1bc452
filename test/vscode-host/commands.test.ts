import assert from 'node:assert/strict'
import { commands, window } from 'vscode'
import { commands as ids } from '../../src/extension/contributions'

describe('commands', () => {
  it('show what the doctor finds, with the folders that kernels have', async () => {
    await commands.executeCommand(ids.diagnose)
    const text = window.activeTextEditor?.document.getText() ?? ''
    assert.match(text, /^ok +Node +v\d+/m)
    assert.match(text, /MNIST/)
    assert.match(text, /Everything needed is there|Missing: /)
    await commands.executeCommand('workbench.action.revertAndCloseActiveEditor')
  })
})
