import assert from 'node:assert/strict'
import { ConfigurationTarget, workspace } from 'vscode'
import { settings, settingsSection } from '../../src/extension/contributions'
import { contents, newNotebook, until } from './notebook'

describe('the setting of where experiments are computed', () => {
  const set = (value: string | undefined) =>
    workspace.getConfiguration(settingsSection).update(settings.runs, value, ConfigurationTarget.Global)

  it('is taken by the next kernel', async () => {
    await set('slurm')
    try {
      const notebook = await newNotebook()
      // There is no Slurm inside this folder, which shows who was asked.
      await notebook.run("process.env.PATH = '/nowhere'")
      const { success, error } = await notebook.run(
        "await lab.imp(lab.preset('lenet-mnist', { steps: 50, replicates: 1, seed: 77, backend: 'wasm' }), { levels: 1 })",
      )
      assert.equal(success, false)
      assert.match(error?.message ?? '', /Expected Slurm's sbatch on the PATH/)
    } finally {
      await set(undefined)
    }
  })

  it('may be in the background', async () => {
    await set('background')
    try {
      const notebook = await newNotebook()
      const { cell, ended } = await notebook.begin(
        "await lab.imp(lab.preset('lenet-mnist', { steps: 400, replicates: 1, seed: 78, backend: 'wasm' }), { levels: 1 })",
      )
      await until(
        'who computes it',
        () =>
          contents(cell, 'application/vnd.vegalite.v5+json')
            .map((one) => JSON.stringify(one))
            .join()
            .includes('in the background') || undefined,
      )
      assert.equal((await ended).success, true)
    } finally {
      await set(undefined)
    }
  })
})
