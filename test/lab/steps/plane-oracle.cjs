/**
 * Loss and error at points of the plane through three networks, by ordinary tfjs. Where a point is, is found from its coordinates
 * alone: along u from the first network to the second, and along v, what of the third is orthogonal to u.
 * argv: what to require as tfjs. A list of jobs as JSON on stdin, their results on stdout.
 */
const util = require('node:util')
// tfjs-node 4.22 calls these, which Node 23 removed.
util.isNullOrUndefined ??= (value) => value === null || value === undefined
util.isArray ??= Array.isArray
const tf = require(process.argv[2])

let text = ''
process.stdin.on('data', (part) => (text += part))
process.stdin.on('end', () => process.stdout.write(JSON.stringify(JSON.parse(text).map(run))))

const isStatistic = (name) => /\/(mean|variance)$/.test(name)

function run({ layers, classes, shape, mean, deviation, corners, points, examples, batches }) {
  const images = (list) =>
    tf
      .tensor(list, [list.length, ...shape], 'float32')
      .div(255)
      .sub(mean)
      .div(deviation)
  return points.map(({ x, y }) =>
    tf.tidy(() => {
      const weights = weightsAt(corners, x, y)
      const statistics = batches && recomputed(layers, weights, batches.map(images))
      const logits = forward(layers, images(examples.images), { ...weights, ...statistics })
      const right = tf.sum(tf.mul(logits, tf.oneHot(tf.tensor1d(examples.labels, 'int32'), classes)), 1)
      const loss = tf.mean(tf.sub(tf.logSumExp(logits, 1), right)).dataSync()[0]
      const guesses = tf.argMax(logits, 1).dataSync()
      const wrong = examples.labels.filter((label, at) => label !== guesses[at]).length
      return { loss, error: wrong / examples.labels.length }
    }),
  )
}

/** a + x u + y v; statistics of batch norm are mixed as the weights are. */
function weightsAt([a, b, c], x, y) {
  const trained = Object.keys(a).filter((name) => !isStatistic(name))
  const list = (of) => trained.flatMap((name) => of[name].data)
  const [origin, second, third] = [a, b, c].map(list)
  const minus = (one, other) => one.map((value, at) => value - other[at])
  const dot = (one, other) => one.reduce((sum, value, at) => sum + value * other[at], 0)
  const toB = minus(second, origin)
  const width = Math.sqrt(dot(toB, toB))
  const u = toB.map((value) => value / width)
  const toC = minus(third, origin)
  const along = dot(toC, u)
  const off = toC.map((value, at) => value - along * u[at])
  const height = Math.sqrt(dot(off, off))
  const v = off.map((value) => value / height)
  const moved = origin.map((value, at) => value + x * u[at] + y * v[at])
  // The same point as a mean of the three, for what no distance is measured of.
  const ofC = y / height
  const ofB = (x - ofC * along) / width
  let next = 0
  return Object.fromEntries(
    Object.entries(a).map(([name, { shape, data }]) => {
      const numbers = data.map((value, at) =>
        isStatistic(name)
          ? (1 - ofB - ofC) * value + ofB * b[name].data[at] + ofC * c[name].data[at]
          : moved[next++],
      )
      return [name, tf.tensor(numbers, shape, 'float32')]
    }),
  )
}

/** The mean over batches of what each layer's batch norm measures, variances without bias. */
function recomputed(layers, weights, batches) {
  const found = batches.map((batch) => {
    const seen = {}
    forward(layers, batch, weights, seen)
    return seen
  })
  return Object.fromEntries(
    Object.keys(found[0]).map((name) => [
      name,
      tf.div(tf.addN(found.map((seen) => seen[name])), batches.length),
    ]),
  )
}

/** @param seen takes the statistics of the batch, by which it is then normalized */
function forward(layers, images, weights, seen) {
  return layers.reduce((input, { kind, name, window, stride, activation, batchNorm }) => {
    if (kind === 'max-pool') return tf.maxPool(input, window, stride, 'valid')
    const filters = weights[`${name}/weights`]
    const product =
      kind === 'convolution'
        ? tf.conv2d(input, filters, 1, 'same')
        : tf.matMul(tf.reshape(input, [input.shape[0], -1]), filters)
    const sum = batchNorm
      ? normalized(name, product, weights, seen)
      : tf.add(product, weights[`${name}/bias`])
    return activation === 'relu' ? tf.relu(sum) : sum
  }, images)
}

function normalized(name, values, weights, seen) {
  let [mean, variance] = [weights[`${name}/mean`], weights[`${name}/variance`]]
  if (seen) {
    const axes = values.shape.slice(1).map((_, axis) => axis)
    const count = axes.reduce((product, axis) => product * values.shape[axis], 1)
    const moments = tf.moments(values, axes)
    mean = seen[`${name}/mean`] = moments.mean
    variance = moments.variance
    seen[`${name}/variance`] = tf.mul(variance, count / (count - 1))
  }
  const scaled = tf.mul(tf.sub(values, mean), tf.rsqrt(tf.add(variance, 1e-5)))
  return tf.add(tf.mul(scaled, weights[`${name}/scale`]), weights[`${name}/offset`])
}
