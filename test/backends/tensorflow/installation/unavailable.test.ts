import { describe, expect, test } from 'vitest'
import { offersNothing } from '../../../../src/backends/tensorflow/installation/from-wheel'
import { isOffline } from '../../../../src/backends/tensorflow/installation/packages'
import { programOf } from '../../../../src/backends/tensorflow/installation/tools'

describe('a machine cannot have TensorFlow', () => {
  test('when pip finds no version of the wheel at all', () => {
    const none =
      'ERROR: Could not find a version that satisfies the requirement tensorflow-cpu==2.21.0 (from versions: none)'
    expect(offersNothing(`WARNING: Retrying\n${none}\nERROR: No matching distribution found`)).toBe(true)
  })

  test('when npm cannot reach its registry', () => {
    expect(isOffline('npm error code ENOTFOUND\nnpm error syscall getaddrinfo')).toBe(true)
    expect(isOffline('npm error code ECONNREFUSED')).toBe(true)
  })

  test('when a tool is missing', () => {
    const tool = {
      name: 'C++ compiler',
      purpose: 'builds the addon',
      version: undefined,
      advice: 'Install one.',
    }
    expect(() => programOf({ ...tool, program: undefined })).toThrow(
      expect.objectContaining({ code: 'backend-unavailable' }),
    )
    expect(programOf({ ...tool, program: 'c++' })).toBe('c++')
  })
})

describe('an installation is broken', () => {
  test('when the index has other versions of the wheel, but not ours', () => {
    const others = '(from versions: 2.20.0, 2.22.0)'
    expect(offersNothing(`ERROR: Could not find a version that satisfies the requirement x ${others}`)).toBe(
      false,
    )
    expect(offersNothing('ERROR: THESE PACKAGES DO NOT MATCH THE HASHES')).toBe(false)
  })

  test('when npm fails for a reason of its own', () => {
    expect(isOffline('npm error code E404\nnpm error 404 Not Found')).toBe(false)
    expect(isOffline('npm error code EINTEGRITY')).toBe(false)
  })
})
