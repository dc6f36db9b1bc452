/**
 * Computes losses and gradients of forward primitives with ordinary tfjs-node operations and its autograd.
 * argv: the folder of @tensorflow/tfjs-node. A list of jobs as JSON on stdin, their results on stdout.
 */
const util = require('node:util')
// tfjs-node 4.22 calls these, which Node 23 removed.
util.isNullOrUndefined ??= (value) => value === null || value === undefined
util.isArray ??= Array.isArray
const tf = require(process.argv[2])

let text = ''
process.stdin.on('data', (part) => (text += part))
process.stdin.on('end', () => process.stdout.write(JSON.stringify(JSON.parse(text).map(run))))

function run({ images, labels, parameters, forward }) {
  return tf.tidy(() => {
    const names = Object.keys(parameters)
    const given = { images: tensor(images), labels: tf.tensor1d(labels.data, 'int32') }
    const loss = (...values) => {
      const all = { ...given, ...Object.fromEntries(names.map((name, index) => [name, values[index]])) }
      for (const primitive of forward) all[primitive.output ?? primitive.losses] = compute(primitive, all)
      return all.loss
    }
    const { value, grads } = tf.valueAndGrads(loss)(names.map((name) => tensor(parameters[name])))
    return {
      loss: value.dataSync()[0],
      gradients: Object.fromEntries(names.map((name, index) => [name, [...grads[index].dataSync()]])),
    }
  })
}

function tensor({ shape, data }) {
  return tf.tensor(data, shape, 'float32')
}

/** Images with numbers around them. */
function padded(images, [vertical, horizontal], value) {
  return tf.pad(
    images,
    [
      [0, 0],
      [vertical, vertical],
      [horizontal, horizontal],
      [0, 0],
    ],
    value,
  )
}

function compute(primitive, values) {
  const { op, stride, padding, window } = primitive
  const input = values[primitive.input]
  switch (op) {
    case 'reshape':
      return tf.reshape(input, [-1, ...primitive.shape])
    case 'matmul':
      return tf.matMul(
        values[primitive.left],
        values[primitive.right],
        primitive.transposeLeft,
        primitive.transposeRight,
      )
    case 'addBias':
      return tf.add(input, values[primitive.bias])
    case 'relu':
      return tf.relu(input)
    case 'add':
      return tf.add(values[primitive.left], values[primitive.right])
    case 'convolution':
      if (typeof padding === 'object') {
        return tf.conv2d(padded(input, padding, 0), values[primitive.filter], stride, 'valid')
      }
      return tf.conv2d(input, values[primitive.filter], stride, padding)
    case 'maxPool':
      if (typeof padding === 'object')
        return tf.maxPool(padded(input, padding, -1e30), window, stride, 'valid')
      return tf.maxPool(input, window, stride, padding)
    case 'averagePool': {
      if (typeof padding !== 'object') return tf.avgPool(input, window, stride, padding)
      const [sums, counts] = [input, tf.onesLike(input)].map((of) =>
        tf.avgPool(padded(of, padding, 0), window, stride, 'valid'),
      )
      return tf.div(sums, counts)
    }
    case 'globalAveragePool':
      return tf.mean(input, [1, 2])
    case 'concatenate':
      return tf.concat(
        primitive.inputs.map((name) => values[name]),
        -1,
      )
    case 'batchNorm': {
      const { mean, variance } = tf.moments(
        input,
        input.shape.slice(1).map((_, axis) => axis),
      )
      const [scale, offset] = [values[primitive.scale], values[primitive.offset]]
      return tf.batchNorm(input, mean, variance, offset, scale, primitive.epsilon)
    }
    case 'softmaxCrossEntropy': {
      const logits = values[primitive.logits]
      const wanted = tf.oneHot(values[primitive.labels], logits.shape[1])
      return tf.losses.softmaxCrossEntropy(wanted, logits, 1, 0, tf.Reduction.NONE)
    }
    case 'mean':
      return tf.mean(input)
  }
  throw new Error(`The oracle knows no ${op}.`)
}
