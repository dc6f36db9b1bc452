import { buffer } from 'node:stream/consumers'
import { ZipFile } from 'yazl'

/*
 * Files that NumPy 2.4 wrote with numpy.savez_compressed: as Keras publishes datasets, x_train = arange(36) as uint8
 * of shape (6, 2, 3), y_train = [[0], [1], [2], [0], [1], [2]] as int64, x_test = arange(200, 212) as uint8 of shape
 * (2, 2, 3), y_test = [2, 1] as uint8; and one whose images are zeros of type float32.
 */
export const kerasNpz = Buffer.from(
  'UEsDBC0AAAAIAAAAIQB4RhQP//////////8LABQAeF90cmFpbi5ucHkBABAApAAAAAAAAABtAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loF5Taqiuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GmY6CkY6CsaaOgq1CuQBLgZGJmYWVjZ2Dk4ubh5ePn4BQSFhEVExcQlJKWkZWTl5BUUlZQBQSwMELQAAAAgAAAAhAEU5huH//////////wsAFAB5X3RyYWluLm5weQEAEACwAAAAAAAAAFEAAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgbpNpoa6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkaZjoKhpo6CrUKZAMuBihghNJMDKgAXRwAUEsDBC0AAAAIAAAAIQC5/M1W//////////8KABQAeF90ZXN0Lm5weQEAEACMAAAAAAAAAFUAAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgXlNqqK6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkaRjoKQGSsqaNQq0Ae4Dpx8tTpM2fPnb9w8dJlAFBLAwQtAAAACAAAACEAGwBB7f//////////CgAUAHlfdGVzdC5ucHkBABAAggAAAAAAAABGAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loF5Taqiuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GkY6mjoKtQoUAC4mRgBQSwECLQMtAAAACAAAACEAeEYUD20AAACkAAAACwAAAAAAAAAAAAAAgAEAAAAAeF90cmFpbi5ucHlQSwECLQMtAAAACAAAACEARTmG4VEAAACwAAAACwAAAAAAAAAAAAAAgAGqAAAAeV90cmFpbi5ucHlQSwECLQMtAAAACAAAACEAufzNVlUAAACMAAAACgAAAAAAAAAAAAAAgAE4AQAAeF90ZXN0Lm5weVBLAQItAy0AAAAIAAAAIQAbAEHtRgAAAIIAAAAKAAAAAAAAAAAAAACAAckBAAB5X3Rlc3QubnB5UEsFBgAAAAAEAAQA4gAAAEsCAAAAAA==',
  'base64',
)

export const floatNpz = Buffer.from(
  'UEsDBC0AAAAIAAAAIQDMf354//////////8LABQAeF90cmFpbi5ucHkBABAAoAAAAAAAAABJAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TZqKuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GkY6CiCkqaNQq0Ae4GIgAABQSwMELQAAAAgAAAAhAA9ScKj//////////wsAFAB5X3RyYWluLm5weQEAEACCAAAAAAAAAEYAAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgXlNqqK6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkaRjqaOgq1ChQALgYGAFBLAwQtAAAACAAAACEASjbK0f//////////CgAUAHhfdGVzdC5ucHkBABAAkAAAAAAAAABKAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TZqKuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GoY6CkZApKmjUKtAHuBiQAMAUEsDBC0AAAAIAAAAIQDtgqG3//////////8KABQAeV90ZXN0Lm5weQEAEACBAAAAAAAAAEUAAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgXlNqqK6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkahjqaOgq1ChQALgYAUEsBAi0DLQAAAAgAAAAhAMx/fnhJAAAAoAAAAAsAAAAAAAAAAAAAAIABAAAAAHhfdHJhaW4ubnB5UEsBAi0DLQAAAAgAAAAhAA9ScKhGAAAAggAAAAsAAAAAAAAAAAAAAIABhgAAAHlfdHJhaW4ubnB5UEsBAi0DLQAAAAgAAAAhAEo2ytFKAAAAkAAAAAoAAAAAAAAAAAAAAIABCQEAAHhfdGVzdC5ucHlQSwECLQMtAAAACAAAACEA7YKht0UAAACBAAAACgAAAAAAAAAAAAAAgAGPAQAAeV90ZXN0Lm5weVBLBQYAAAAABAAEAOIAAAAQAgAAAAA=',
  'base64',
)

/** An npy file of an array of zeros, in which the last byte is 7. */
export function npy(type: string, shape: readonly number[] = [1], bytes = 1): Buffer {
  const header = `{'descr': '${type}', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`
  const data = Buffer.alloc(bytes)
  data[bytes - 1] = 7
  const begin = Buffer.from(`\x93NUMPY\x01\x00v\x00${header.padEnd(117)}\n`, 'latin1')
  return Buffer.concat([begin, data])
}

/** An npz file of npy files, as numpy.savez writes it: not compressed. */
export function zipped(arrays: Readonly<Record<string, Buffer>>): Promise<Buffer> {
  const zip = new ZipFile()
  for (const [name, array] of Object.entries(arrays)) {
    zip.addBuffer(array, `${name}.npy`, { compress: false })
  }
  zip.end()
  return buffer(zip.outputStream)
}
