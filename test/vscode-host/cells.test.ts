import assert from 'node:assert/strict'
import { newNotebook, type TestNotebook } from './notebook'

describe('cells', () => {
  let notebook: TestNotebook
  before(async () => {
    notebook = await newNotebook()
  })

  it('run in our kernel, which the notebook asks for by its metadata', async () => {
    const { success, text } = await notebook.run('const half: number = 0.5; half')
    assert.deepEqual({ success, text }, { success: true, text: '0.5' })
  })

  it('see what earlier cells declared', async () => {
    await notebook.run('let weights = [3, 1, 2]; type Sorted = readonly number[]')
    const { text } = await notebook.run('const sorted: Sorted = weights.sort(); sorted.join()')
    assert.match(text ?? '', /1,2,3/)
  })

  it('stream what they print', async () => {
    const { stdout, success } = await notebook.run(
      'for (const level of [1, 2]) { console.log(`level ${level}`); await new Promise((r) => setTimeout(r, 50)) }',
    )
    assert.deepEqual({ stdout, success }, { stdout: 'level 1\nlevel 2\n', success: true })
  })

  it('may await at the top', async () => {
    const code =
      "import { setTimeout as sleep } from 'node:timers/promises'\nconst slept = await sleep(10, 7)\nslept"
    assert.equal((await notebook.run(code)).text, '7')
  })

  it('fail with an error that names cell and line', async () => {
    const { success, error, cell } = await notebook.run(
      'const rate = 2\n\nthrow new RangeError(`rate ${rate}`)',
    )
    assert.equal(success, false)
    assert.equal(error?.name, 'RangeError')
    assert.equal(error.message, 'rate 2')
    const count = cell.executionSummary?.executionOrder ?? 0
    assert.match(error.stack, new RegExp(`Cell In\\[${count}\\], line 3`))
  })

  it('say what is wrong with bad options, and which was meant', async () => {
    const { error } = await notebook.run("lab.preset('lenet-mnist', { stepps: 5 })")
    assert.match(error?.message ?? '', /stepps.*steps/s)
  })
})
