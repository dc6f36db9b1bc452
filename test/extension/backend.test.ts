import { expect, test } from 'vitest'
import type { TensorflowState } from '../../src/backends/tensorflow/installation/find'
import { backendText } from '../../src/extension/status/backend-text'

const missing: TensorflowState = { kind: 'missing', message: 'Expected TensorFlow.' }
const installed = { kind: 'installed' } as TensorflowState

test('without TensorFlow networks are trained on wasm, and a click installs TensorFlow', () => {
  const shown = backendText('auto', missing, false)
  expect(shown).toMatchObject({ text: '$(server-process) wasm', missing: false, click: 'install' })
  expect(shown.tooltip).toContain('because TensorFlow is not installed')
})

test('with TensorFlow they are trained on it, and a click changes that', () => {
  expect(backendText('auto', installed, false)).toMatchObject({
    text: '$(server-process) TensorFlow',
    missing: false,
    click: 'settings',
  })
})

test('what is at work is named while it is, whatever is usual', () => {
  expect(backendText('auto', installed, false, ['wasm'])).toMatchObject({
    text: '$(server-process) wasm',
    click: 'settings',
  })
  const both = backendText('auto', installed, true, ['wasm', 'tensorflow'])
  expect(both.text).toBe('$(server-process) TensorFlow + wasm')
  expect(both.tooltip).toMatch(/^At work now: TensorFlow and wasm\./)
})

test('where the native backend is installed, it trains by itself what has no convolutions', () => {
  const both = backendText('auto', installed, true)
  expect(both).toMatchObject({
    text: '$(server-process) native + TensorFlow',
    missing: false,
    click: 'settings',
  })
  expect(both.tooltip).toContain('networks with convolutions on TensorFlow')
  expect(backendText('auto', missing, true)).toMatchObject({
    text: '$(server-process) native',
    missing: false,
  })
})

test('the native backend is named where the settings ask for it, or missed', () => {
  expect(backendText('native', installed, false)).toMatchObject({
    text: '$(warning) native missing',
    missing: true,
    click: 'installNative',
  })
  const shown = backendText('native', missing, true)
  expect(shown).toMatchObject({ text: '$(server-process) native', missing: false, click: 'settings' })
  expect(shown.tooltip).toContain('Ticket Lab: Install Native Backend')
})

test('what the settings ask for is used, or missed', () => {
  const wasm = backendText('wasm', installed, true)
  expect(wasm).toMatchObject({ text: '$(server-process) wasm', missing: false, click: 'settings' })
  expect(wasm.tooltip).toContain('as the settings say')
  const shown = backendText('tensorflow', missing, true)
  expect(shown).toMatchObject({ text: '$(warning) TensorFlow missing', missing: true, click: 'install' })
  expect(shown.tooltip).toContain('Expected TensorFlow.')
})
