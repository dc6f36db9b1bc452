import type { Primitive } from '../primitives'
import { type Compilation, clearPadding, pixelsOf, channelsOf } from './compilation'
import { padded, rowBytes, unitsOf } from './layout'
import { putSweep, sweepOf } from './sweeps'

type Pool = Extract<
  Primitive,
  { op: 'maxPool' | 'averagePool' | 'maxPoolGradient' | 'maxPoolTangent' | 'averagePoolGradient' }
>

type ImagePrimitive =
  | Pool
  | Extract<
      Primitive,
      {
        op:
          | 'addBias'
          | 'biasGradient'
          | 'globalAveragePool'
          | 'globalAveragePoolGradient'
          | 'concatenate'
          | 'channels'
          | 'dropout'
      }
    >

/** What is done to images besides convolutions: pooling, channels, dropout. */
export function translateImages(primitive: ImagePrimitive, compilation: Compilation): () => void {
  const { machine, around, tiles, shapeOf, bytes, at, write, scratch } = compilation
  const { kernels } = machine
  const tileOf = (value: string) => bytes(value) / tiles
  switch (primitive.op) {
    case 'maxPool':
    case 'averagePool':
    case 'maxPoolGradient':
    case 'maxPoolTangent':
    case 'averagePoolGradient':
      return translatePool(primitive, compilation)
    case 'addBias': {
      const [x, bias, y] = [at(primitive.input), at(primitive.bias), write(primitive.output)]
      const { positions, channels } = channelsOf(primitive.input, compilation)
      const [tile, fill] = [tileOf(primitive.input), clearPadding(primitive.output, y, compilation)]
      return () => {
        fill()
        for (let t = 0; t < tiles; t++) {
          kernels.addChannels(x + t * tile, bias, y + t * tile, positions, channels, 0)
        }
      }
    }
    case 'biasGradient': {
      const [dy, db] = [at(primitive.input), write(primitive.output)]
      const { positions, channels } = channelsOf(primitive.input, compilation)
      const [tile, sums] = [tileOf(primitive.input), scratch(padded(channels) * 16)]
      return () => {
        kernels.clear(sums.pointer, padded(channels) * 16)
        for (let t = 0; t < tiles; t++) kernels.channelSums(dy + t * tile, sums.pointer, positions, channels)
        kernels.foldSums(sums.pointer, db, padded(channels))
      }
    }
    case 'globalAveragePool': {
      const [x, y] = [at(primitive.input), write(primitive.output)]
      const { positions, channels } = channelsOf(primitive.input, compilation)
      const [xTile, yTile] = [tileOf(primitive.input), tileOf(primitive.output)]
      const fill = clearPadding(primitive.output, y, compilation)
      return () => {
        fill()
        for (let t = 0; t < tiles; t++) {
          kernels.meanOfPositions(x + t * xTile, y + t * yTile, positions, channels)
        }
      }
    }
    case 'globalAveragePoolGradient': {
      const [dy, dx] = [at(primitive.gradient), write(primitive.output)]
      const { positions, channels } = channelsOf(primitive.output, compilation)
      const [dyTile, dxTile] = [tileOf(primitive.gradient), tileOf(primitive.output)]
      const fill = clearPadding(primitive.output, dx, compilation)
      return () => {
        fill()
        for (let t = 0; t < tiles; t++) {
          kernels.spreadToPositions(dy + t * dyTile, dx + t * dxTile, positions, channels)
        }
      }
    }
    case 'concatenate': {
      const y = write(primitive.output)
      const whole = channelsOf(primitive.output, compilation)
      const fill = clearPadding(primitive.output, y, compilation)
      let before = 0
      const parts = primitive.inputs.map((value) => {
        const { channels } = channelsOf(value, compilation)
        const part = { from: at(value), tile: tileOf(value), row: channels * rowBytes, to: y + before }
        before += part.row
        return part
      })
      const [yTile, yRow] = [tileOf(primitive.output), whole.channels * rowBytes]
      return () => {
        fill()
        for (const { from, tile, row, to } of parts) {
          for (let t = 0; t < tiles; t++) {
            kernels.copyChannels(from + t * tile, row, to + t * yTile, yRow, whole.positions, row)
          }
        }
      }
    }
    case 'channels': {
      const { positions, channels } = channelsOf(primitive.input, compilation)
      const x = at(primitive.input) + primitive.from * rowBytes
      const y = write(primitive.output)
      const [xTile, yTile] = [tileOf(primitive.input), tileOf(primitive.output)]
      const [xRow, yRow] = [channels * rowBytes, (primitive.to - primitive.from) * rowBytes]
      const fill = clearPadding(primitive.output, y, compilation)
      return () => {
        fill()
        for (let t = 0; t < tiles; t++) {
          kernels.copyChannels(x + t * xTile, xRow, y + t * yTile, yRow, positions, yRow)
        }
      }
    }
    case 'dropout': {
      const { rate, stream } = primitive
      const [x, kept, y] = [at(primitive.input), write(primitive.kept), write(primitive.output)]
      const units = unitsOf(shapeOf(primitive.input))
      const tile = padded(units) * rowBytes
      return () => {
        for (let t = 0; t < tiles; t++) {
          const [from, keep, to] = [x + t * tile, kept + t * tile, y + t * tile]
          kernels.dropout(from, around.seed, stream, rate, keep, to, t, units, padded(units))
        }
      }
    }
  }
}

function translatePool(primitive: Pool, compilation: Compilation): () => void {
  const { machine, tiles, shapeOf, bytes, at, write } = compilation
  const { kernels } = machine
  const input =
    primitive.op === 'averagePoolGradient'
      ? (primitive.shape as [number, number, number])
      : pixelsOf(shapeOf(primitive.input))
  const sweep = putSweep(machine, sweepOf(input, primitive.window, input[2], primitive))
  switch (primitive.op) {
    case 'maxPool':
    case 'averagePool': {
      const [x, y] = [at(primitive.input), write(primitive.output)]
      const [xTile, yTile] = [bytes(primitive.input) / tiles, bytes(primitive.output) / tiles]
      const fill = clearPadding(primitive.output, y, compilation)
      return () => {
        fill()
        for (let t = 0; t < tiles; t++) kernels[primitive.op](x + t * xTile, y + t * yTile, sweep)
      }
    }
    case 'maxPoolTangent': {
      const [x, y] = [at(primitive.input), at(primitive.pooled)]
      const [from, to] = [at(primitive.tangent), write(primitive.output)]
      const [xTile, yTile] = [bytes(primitive.input) / tiles, bytes(primitive.output) / tiles]
      const fill = clearPadding(primitive.output, to, compilation)
      return () => {
        fill()
        for (let t = 0; t < tiles; t++) {
          const [pixels, pooled] = [x + t * xTile, y + t * yTile]
          kernels.maxPoolTangent(pixels, pooled, from + t * xTile, to + t * yTile, sweep)
        }
      }
    }
    case 'averagePoolGradient': {
      const [dy, dx] = [at(primitive.gradient), write(primitive.output)]
      const [dyTile, dxTile] = [bytes(primitive.gradient) / tiles, bytes(primitive.output) / tiles]
      return () => {
        kernels.clear(dx, dxTile * tiles)
        for (let t = 0; t < tiles; t++) kernels.averagePoolGradient(dy + t * dyTile, dx + t * dxTile, sweep)
      }
    }
    case 'maxPoolGradient': {
      const [dy, dx] = [at(primitive.gradient), write(primitive.output)]
      const [dyTile, dxTile] = [bytes(primitive.gradient) / tiles, bytes(primitive.output) / tiles]
      const [x, y] = [at(primitive.input), at(primitive.pooled)]
      return () => {
        kernels.clear(dx, dxTile * tiles)
        for (let t = 0; t < tiles; t++) {
          const [from, pooled] = [x + t * dxTile, y + t * dyTile]
          kernels.maxPoolGradient(from, pooled, dy + t * dyTile, dx + t * dxTile, sweep)
        }
      }
    }
  }
}
