import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { loadTensorFlow, tensorflowEnvironment } from '../../../src/backends/tensorflow/binding'
import { TicketLabError } from '../../../src/support/errors'
import { needTensorflow } from '../../support/tensorflow'
import { tensorflow } from '../fixture'

describe('TensorFlow', () => {
  it('that is not there is reported with its path and what to do', () => {
    const nowhere = '/nowhere/tfjs_binding.node'
    expect(() => loadTensorFlow(nowhere)).toThrow(TicketLabError)
    expect(() => loadTensorFlow(nowhere)).toThrow(/from \/nowhere\/tfjs_binding.node.*ticketlab doctor/s)
  })

  it('names its version in the arithmetic', () => {
    expect(tensorflow().arithmetic).toBe(`tensorflow-${needTensorflow().tensorflowVersion}-graph-1`)
  })

  it('prints nothing when it is loaded and used under its environment', () => {
    const use = `
      const addon = require(${JSON.stringify(needTensorflow().binding)})
      const one = addon.createTensor([1], addon.TF_FLOAT, Float32Array.of(1))
      const type = { name: 'T', type: addon.TF_ATTR_TYPE, value: addon.TF_FLOAT }
      const [sum] = addon.executeOp('AddV2', [type], [one, one], 1)
      process.exitCode = addon.tensorDataSync(sum.id)[0] === 2 ? 7 : 1`
    const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', use], {
      env: { ...process.env, ...tensorflowEnvironment() },
      encoding: 'utf8',
    })
    expect({ status, stdout, stderr }).toEqual({ status: 7, stdout: '', stderr: '' })
  })
})
