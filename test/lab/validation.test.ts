import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { temporaryFolder, backends, network } from '../runtime/lab'
import { rejected } from '../support/thrown'
import { needTensorflow } from '../support/tensorflow'
import { openTestLab, type TestLab } from './lab'

/* Without examples held out for validation, all are trained on, and nothing but early stop is missing. */

let opened: TestLab

beforeAll(async () => {
  opened = await openTestLab(backends)
})
afterAll(() => opened.close())

describe.each(['wasm', 'tensorflow'] as const)('without validation examples, on %s,', (backend) => {
  const run = async () => {
    if (backend === 'tensorflow') needTensorflow()
    const { lab } = opened
    const setup = lab.preset('lenet-mnist', {
      ...{ backend, steps: 40, replicates: 2, evaluateEvery: 20, validation: 0 },
      rates: { dense: 0.5, output: 0.5 },
    })
    expect(setup.deviations).toContain('validation 0 (paper: 5000)')
    return lab.imp({ ...setup, network }, { levels: 1 })
  }

  it('all examples are trained on, and metrics are those of the test split', async () => {
    const found = await run()
    const { networks } = await opened.lab.evaluate(found, { split: 'train' })
    expect(networks.map(({ count }) => count)).toEqual([60_000, 60_000, 60_000, 60_000])
    for (const { curve, result } of found.series.points) {
      expect(curve.map(({ step }) => step)).toEqual([0, 20, 40])
      expect(curve.every((row) => !('validationLoss' in row) && row.testAccuracy > 0)).toBe(true)
      expect(result).toEqual({ final: curve.at(-1) })
    }
  }, 120_000)

  it('tables, plots and CSV files say that early stop is not known', async () => {
    const { lab } = opened
    const found = await run()
    const [full] = found.levels
    expect(full!.finalAccuracy.mean).toBeGreaterThan(0)
    expect([full!.earlyStop.mean, full!.earlyStopAccuracy.mean, full!.earlyStop.count]).toEqual([NaN, NaN, 0])
    expect(found.text()).toMatch(/no validation/)
    const plots = [lab.plot.accuracy(found), lab.plot.earlyStop(found)]
    for (const plot of plots) {
      expect(plot.text()).toMatch(/no validation/)
      expect(await plot.svg()).toMatch(/No examples are held out for validation: early stop is not known/)
      expect(plot.csv().split('\r\n')[1]).toMatch(/^tickets,tickets,lenet-mnist,0,1,100,,,40,[\d.]+,1,\d+$/)
    }
    const curves = lab.plot.learningCurves(found)
    expect(curves.csv().split('\r\n')[1]).toMatch(/^tickets,0,1,100,0,,,,[\d.]+,[\d.]+$/)
    expect(found.matching()).toHaveLength(1)
  }, 120_000)

  it('tickets can be taken away, and what needs the split is refused', async () => {
    const { lab } = opened
    const found = await run()
    const { folder, remove } = await temporaryFolder()
    try {
      expect((await found.export(1, { folder })).file).toContain(folder)
    } finally {
      await remove()
    }
    expect(await rejected(lab.evaluate(found, { split: 'validation' }))).toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('none are held out') as string,
    })
  }, 120_000)
})
