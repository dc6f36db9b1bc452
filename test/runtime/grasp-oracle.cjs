/**
 * GraSP's w H g by tfjs: its autograd applied to the gradient that its autograd has found. Convolutions, pooling and batch
 * norm are written with slices, products and sums, since tfjs differentiates those twice. A list of jobs as JSON on
 * stdin, the scores of each by name on stdout.
 */
const tf = require('@tensorflow/tfjs')

let text = ''
process.stdin.on('data', (part) => (text += part))
process.stdin.on('end', () => process.stdout.write(JSON.stringify(JSON.parse(text).map(run))))

function run({ network, parameters, batches, temperature, moved }) {
  return tf.tidy(() => {
    const values = Object.fromEntries(
      Object.entries(parameters).map(([name, { shape, data }]) => [name, tf.tensor(data, shape)]),
    )
    const losses = batches.map(({ images, labels }) => (...weights) => {
      const at = { ...values, ...Object.fromEntries(moved.map((name, index) => [name, weights[index]])) }
      const logits = tf.div(layersOf(network.layers, tf.tensor(images.data, images.shape), at), temperature)
      const right = tf.sum(tf.mul(logits, tf.oneHot(tf.tensor1d(labels, 'int32'), network.classes)), 1)
      return tf.mean(tf.sub(tf.log(tf.sum(exponential(logits), 1)), right))
    })
    const weights = moved.map((name) => values[name])
    const meanOf = (lists) => moved.map((_, i) => tf.div(tf.addN(lists.map((list) => list[i])), lists.length))
    const gradient = meanOf(losses.map((loss) => tf.grads(loss)(weights)))
    const slopes = losses.map((loss) => (...at) => {
      const along = tf
        .grads(loss)(at)
        .map((slope, index) => tf.sum(tf.mul(slope, gradient[index])))
      return tf.addN(along)
    })
    const curvature = meanOf(slopes.map((slope) => tf.grads(slope)(weights)))
    return Object.fromEntries(
      moved.map((name, index) => [name, [...tf.mul(curvature[index], weights[index]).dataSync()]]),
    )
  })
}

/** tfjs loses the way back through what an operation has kept of its result, so exp must keep what it was given. */
const exponential = tf.customGrad((x, save) => {
  save([x])
  return { value: tf.exp(x), gradFunc: (slope, [input]) => tf.mul(slope, exponential(input)) }
})

function layersOf(layers, input, at) {
  return layers.reduce((value, layer) => layerOf(layer, value, at), input)
}

function layerOf(layer, input, at) {
  const { kind, name } = layer
  switch (kind) {
    case 'dense': {
      const flat = tf.reshape(input, [input.shape[0], -1])
      return activated(layer, centred(layer, tf.matMul(flat, at[`${name}/weights`]), at))
    }
    case 'convolution': {
      const filter = at[`${name}/weights`]
      const [window, , channels, filters] = filter.shape
      const parts = windowsOf(input, window, layer.stride ?? 1, 'same').map((pixels, tap) => {
        const [batch, height, width] = pixels.shape
        const matrix = tf.slice(
          filter,
          [Math.floor(tap / window), tap % window, 0, 0],
          [1, 1, channels, filters],
        )
        const product = tf.matMul(tf.reshape(pixels, [-1, channels]), tf.reshape(matrix, [channels, filters]))
        return tf.reshape(product, [batch, height, width, filters])
      })
      return activated(layer, centred(layer, tf.addN(parts), at))
    }
    case 'max-pool': {
      const { window = 2, stride = 2 } = layer
      return windowsOf(input, window, stride, 'valid').reduce((one, other) =>
        tf.add(one, tf.relu(tf.sub(other, one))),
      )
    }
    case 'average-pool': {
      const { window = 2, stride = 2 } = layer
      const windows = windowsOf(input, window, stride, 'valid')
      return tf.div(tf.addN(windows), windows.length)
    }
    case 'global-average-pool':
      return tf.mean(input, [1, 2])
    case 'dropout':
      return input
    case 'residual': {
      const short = layer.shortcut ? layerOf(layer.shortcut, input, at) : input
      return activated(layer, tf.add(layersOf(layer.layers, input, at), short))
    }
    case 'branches':
      return tf.concat(
        layer.branches.map((branch) => layersOf(branch, input, at)),
        3,
      )
  }
  throw new Error(`The oracle knows no ${kind}.`)
}

/** What a window sees at each of its places, one value for each place in the window. */
function windowsOf(input, window, stride, padding) {
  const extents = input.shape.slice(1, 3)
  const counts = extents.map((extent) =>
    padding === 'same' ? Math.ceil(extent / stride) : Math.floor((extent - window) / stride) + 1,
  )
  const around = extents.map((extent, axis) => {
    const missing = Math.max((counts[axis] - 1) * stride + window - extent, 0)
    return padding === 'same' ? [Math.floor(missing / 2), Math.ceil(missing / 2)] : [0, 0]
  })
  const padded = tf.pad(input, [[0, 0], ...around, [0, 0]])
  return Array.from({ length: window * window }, (_, tap) =>
    [Math.floor(tap / window), tap % window].reduce((pixels, offset, axis) => {
      const places = Array.from({ length: counts[axis] }, (_, index) => index * stride + offset)
      return tf.gather(pixels, tf.tensor1d(places, 'int32'), axis + 1)
    }, padded),
  )
}

function centred({ name, batchNorm }, input, at) {
  if (!batchNorm) return tf.add(input, at[`${name}/bias`])
  const axes = input.shape.slice(1).map((_, axis) => axis)
  const difference = tf.sub(input, tf.mean(input, axes))
  const variance = tf.mean(tf.square(difference), axes)
  const standard = tf.mul(difference, tf.rsqrt(tf.add(variance, 1e-5)))
  return tf.add(tf.mul(standard, at[`${name}/scale`]), at[`${name}/offset`])
}

function activated({ activation }, input) {
  return activation === 'relu' ? tf.relu(input) : input
}
