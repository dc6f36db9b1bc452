import protobuf from 'protobufjs/light'
import { crc32c } from './crc32'

/** A number at a step, under the name of its series. */
export interface ScalarEvent {
  readonly step: number
  /** Seconds since 1970. */
  readonly wallTime: number
  readonly tag: string
  readonly value: number
}

/** The part of TensorBoard's messages that scalars need, with the field numbers of its event.proto and summary.proto. */
const root = protobuf.Root.fromJSON({
  nested: {
    Event: {
      fields: {
        wallTime: { type: 'double', id: 1 },
        step: { type: 'int64', id: 2 },
        fileVersion: { type: 'string', id: 3 },
        summary: { type: 'Summary', id: 5 },
      },
      oneofs: { what: { oneof: ['fileVersion', 'summary'] } },
    },
    Summary: { fields: { value: { type: 'Value', id: 1, rule: 'repeated' } } },
    Value: {
      fields: { tag: { type: 'string', id: 1 }, simpleValue: { type: 'float', id: 2 } },
      // One of several, so that it is written though it be 0.
      oneofs: { value: { oneof: ['simpleValue'] } },
    },
  },
})

/**
 * The bytes of an event file of TensorBoard: events in the order given, as records of TensorFlow, the version of the format
 * first. Values are float32 there.
 */
export function encodeEvents(scalars: readonly ScalarEvent[]): Uint8Array {
  const type = root.lookupType('Event')
  const first = { wallTime: scalars[0]?.wallTime ?? 0, fileVersion: 'brain.Event:2' }
  const events = scalars.map(({ step, wallTime, tag, value }) => ({
    wallTime,
    step,
    summary: { value: [{ tag, simpleValue: value }] },
  }))
  return Buffer.concat([first, ...events].map((event) => record(type.encode(event).finish())))
}

/** Length, a sum of the length, the content, a sum of the content. */
function record(content: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(8 + 4 + content.length + 4)
  bytes.writeBigUInt64LE(BigInt(content.length))
  bytes.writeUInt32LE(masked(crc32c(bytes.subarray(0, 8))), 8)
  bytes.set(content, 12)
  bytes.writeUInt32LE(masked(crc32c(content)), 12 + content.length)
  return bytes
}

/** A sum that stands among the bytes that others may take sums of is turned by 15 bits and moved (TensorFlow's crc32c.h). */
function masked(sum: number): number {
  return (((sum >>> 15) | (sum << 17)) + 0xa282ead8) >>> 0
}
