import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { kernelNames, type TileMemory } from '../../../src/backends/tiles/machine'
import { wasmOn } from '../../../src/backends/wasm/engine'

declare const WebAssembly: {
  readonly Memory: new (limits: { initial: number; maximum: number }) => TileMemory
}

test('the wasm backend has every kernel that is called, and no other', () => {
  const { kernels } = wasmOn(new WebAssembly.Memory({ initial: 1, maximum: 65536 }))
  expect(
    Object.keys(kernels)
      .filter((name) => name !== 'memory')
      .sort(),
  ).toEqual([...kernelNames].sort())
})

test('the native backend numbers every kernel that is called, and no other', () => {
  const text = readFileSync('src/backends/native/kernels/names.h', 'utf8')
  const numbered = [...text.matchAll(/ K\((\w+)\)/g)].map(([, name]) => name)
  expect(numbered.sort()).toEqual([...kernelNames].sort())
})
