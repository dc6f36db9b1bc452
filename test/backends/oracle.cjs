/**
 * Trains a network of dense layers with ordinary tfjs-node autograd: the oracle for the compiled step.
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

function run(job) {
  const variables = Object.fromEntries(
    job.parameters.map(({ name, shape, data }) => [name, tf.variable(tf.tensor(data, shape), true, name)]),
  )
  const masks = Object.fromEntries(
    job.masks.map(({ name, shape, data }) => [name, tf.tensor(data, shape, 'float32')]),
  )
  for (const [name, mask] of Object.entries(masks)) variables[name].assign(tf.mul(variables[name], mask))

  const images = (list) =>
    tf.tensor(list, [list.length, job.width], 'float32').div(255).sub(job.mean).div(job.deviation)
  const logits = (x) =>
    job.layers.reduce((input, { name, activation }) => {
      const sum = tf.add(tf.matMul(input, variables[`${name}/weights`]), variables[`${name}/bias`])
      return activation === 'relu' ? tf.relu(sum) : sum
    }, x)
  const losses = (x, labels) =>
    tf.losses.softmaxCrossEntropy(
      tf.oneHot(tf.tensor1d(labels, 'int32'), job.classes),
      logits(x),
      1,
      0,
      tf.Reduction.NONE,
    )

  const optimizer = createOptimizer(job.optimizer)
  const steps = job.steps.map((step) =>
    tf.tidy(() => {
      const { value, grads } = tf.variableGrads(() => tf.mean(losses(images(step.images), step.labels)))
      for (const name of Object.keys(grads)) {
        if (name.endsWith('/weights')) grads[name] = grads[name].add(variables[name].mul(job.weightDecay))
        if (masks[name]) grads[name] = grads[name].mul(masks[name])
      }
      if (optimizer.setLearningRate) optimizer.setLearningRate(step.learningRate)
      else optimizer.learningRate = step.learningRate
      optimizer.applyGradients(grads)
      return {
        loss: value.dataSync()[0],
        gradients: Object.fromEntries(
          Object.entries(grads).map(([name, grad]) => [name, [...grad.dataSync()]]),
        ),
      }
    }),
  )
  const evaluated = losses(images(job.evaluate.images), job.evaluate.labels).dataSync()
  const guesses = tf.argMax(logits(images(job.evaluate.images)), 1).dataSync()
  const result = {
    steps,
    parameters: Object.fromEntries(
      Object.entries(variables).map(([name, variable]) => [name, [...variable.dataSync()]]),
    ),
    loss: evaluated.reduce((sum, loss) => sum + loss, 0),
    correct: job.evaluate.labels.filter((label, index) => label === guesses[index]).length,
  }
  // Frees their names for the next job.
  tf.disposeVariables()
  return result
}

function createOptimizer({ kind, learningRate, momentum, nesterov, beta1, beta2, epsilon }) {
  if (kind === 'sgd') return tf.train.sgd(learningRate)
  if (kind === 'momentum') return tf.train.momentum(learningRate, momentum, nesterov)
  if (kind === 'adam') return tf.train.adam(learningRate, beta1, beta2, epsilon ?? 1e-8)
  throw new Error(`No optimizer of tfjs is told for '${kind}'.`)
}
