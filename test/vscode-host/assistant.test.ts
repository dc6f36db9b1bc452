import assert from 'node:assert/strict'
import { CancellationTokenSource, extensions, LanguageModelTextPart, lm } from 'vscode'
import { extensionId, languageModelTools } from '../../src/extension/contributions'

async function invoke(name: string, input: object): Promise<string> {
  const { content } = await lm.invokeTool(
    name,
    { input, toolInvocationToken: undefined },
    new CancellationTokenSource().token,
  )
  return content.map((part) => (part instanceof LanguageModelTextPart ? part.value : '')).join('')
}

describe('assistants in the editor', () => {
  it('are offered the tools', async () => {
    await extensions.getExtension(extensionId)?.activate()
    const names = lm.tools.map(({ name }) => name)
    for (const name of Object.keys(languageModelTools)) assert.ok(names.includes(name), name)
  })

  it('hear what presets there are, and what an experiment costs', async () => {
    assert.match(await invoke('ticketlab_describe', {}), /lenet-mnist: .*Frankle & Carbin/)
    const presetOptions = { steps: 50, replicates: 1, backend: 'wasm' }
    const ladder = { kind: 'imp', preset: 'lenet-mnist', presetOptions, options: { levels: 1 } }
    assert.match(await invoke('ticketlab_cost', ladder), /training steps: 100 to do of 100/)
  })

  it('hear why something is refused', async () => {
    await assert.rejects(
      invoke('ticketlab_cost', { kind: 'imp', preset: 'lenet', options: {} }),
      /lenet-mnist/,
    )
  })
})
