/** LeNet-300-100 trained with `optimizer.minimize`. argv: the folder of @tensorflow/tfjs-node. */
const { performance } = require('node:perf_hooks')
const util = require('node:util')
// tfjs-node 4.22 calls these, which Node 23 removed.
util.isNullOrUndefined ??= (value) => value === null || value === undefined
util.isArray ??= Array.isArray
const tf = require(process.argv[2])

const examples = 55_000
const images = tf.randomUniform([examples, 784])
const labels = tf.randomUniform([examples], 0, 10, 'int32')
const weights = [
  [784, 300],
  [300, 100],
  [100, 10],
].map((shape) => tf.variable(tf.randomUniform(shape, -0.05, 0.05)))
const biases = [300, 100, 10].map((units) => tf.variable(tf.zeros([units])))
const masks = weights.map(({ shape }) => tf.randomUniform(shape).less(0.5).toFloat())
const optimizer = tf.train.adam(1.2e-3)

function step() {
  tf.tidy(() => {
    const batch = tf.randomUniform([60], 0, examples, 'int32')
    const x = tf.gather(images, batch)
    const y = tf.oneHot(tf.gather(labels, batch), 10)
    optimizer.minimize(() => {
      const first = tf.relu(tf.add(tf.matMul(x, weights[0]), biases[0]))
      const second = tf.relu(tf.add(tf.matMul(first, weights[1]), biases[1]))
      return tf.losses.softmaxCrossEntropy(y, tf.add(tf.matMul(second, weights[2]), biases[2]))
    })
    weights.forEach((weight, index) => weight.assign(tf.mul(weight, masks[index])))
  })
}

console.log('ready')
require('node:readline')
  .createInterface({ input: process.stdin })
  .on('line', (line) => {
    const steps = Number(line)
    const began = performance.now()
    for (let done = 0; done < steps; done++) step()
    weights[0].dataSync()
    console.log((performance.now() - began) / steps)
  })
