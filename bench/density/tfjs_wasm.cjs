/** LeNet-300-100 on tfjs-backend-wasm with `optimizer.minimize` and without masks; the same protocol as ours.ts. */
const { performance } = require('node:perf_hooks')
const tf = require('@tensorflow/tfjs')
require('@tensorflow/tfjs-backend-wasm')

const examples = 55_000

async function main() {
  await tf.setBackend('wasm')
  if (tf.getBackend() !== 'wasm') throw new Error('tfjs-backend-wasm does not start.')
  const images = tf.randomUniform([examples, 784])
  const labels = tf.tensor1d(
    Array.from({ length: examples }, (_, index) => index % 10),
    'int32',
  )
  const weights = [
    [784, 300],
    [300, 100],
    [100, 10],
  ].map((shape) => tf.variable(tf.randomUniform(shape, -0.05, 0.05)))
  const biases = [300, 100, 10].map((units) => tf.variable(tf.zeros([units])))
  const optimizer = tf.train.adam(1.2e-3)

  function step() {
    tf.tidy(() => {
      const indices = Array.from({ length: 60 }, () => Math.floor(Math.random() * examples))
      const batch = tf.tensor1d(indices, 'int32')
      const x = tf.gather(images, batch)
      const y = tf.oneHot(tf.gather(labels, batch), 10)
      optimizer.minimize(() => {
        const first = tf.relu(tf.add(tf.matMul(x, weights[0]), biases[0]))
        const second = tf.relu(tf.add(tf.matMul(first, weights[1]), biases[1]))
        return tf.losses.softmaxCrossEntropy(y, tf.add(tf.matMul(second, weights[2]), biases[2]))
      })
    })
  }

  console.log('ready')
  require('node:readline')
    .createInterface({ input: process.stdin })
    .on('line', (line) => {
      const steps = Number(line.split(' ')[2])
      const began = performance.now()
      for (let done = 0; done < steps; done++) step()
      weights[0].dataSync()
      console.log(`${(performance.now() - began) / steps} 0`)
    })
}

main()
