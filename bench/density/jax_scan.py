"""LeNet-300-100 in JAX: a jitted scan over steps, with masks on the gradients and Adam written out; the same
protocol as ours.ts. Threads are the processors that this process may use."""

import sys
import time

import jax
import jax.numpy as jnp
import numpy

examples = 55_000
random = numpy.random.default_rng(0)
images = jnp.asarray(random.random((examples, 784), dtype=numpy.float32))
labels = jnp.asarray(random.integers(0, 10, examples))
units = [784, 300, 100, 10]
shapes = list(zip(units, units[1:]))
rate = 1.2e-3
chunk = 20


def loss_of(parameters, x, y):
    for index, (weight, bias) in enumerate(parameters):
        x = x @ weight + bias
        if index < 2:
            x = jax.nn.relu(x)
    chosen = jnp.take_along_axis(jax.nn.log_softmax(x), y[:, None], 1)
    return -jnp.mean(chosen)


def step(state, batch, masks):
    parameters, means, squares, count = state
    gradients = jax.grad(loss_of)(parameters, images[batch], labels[batch])
    gradients = jax.tree.map(jnp.multiply, gradients, masks)
    count = count + 1
    means = jax.tree.map(lambda m, g: m + 0.1 * (g - m), means, gradients)
    squares = jax.tree.map(lambda v, g: v + 0.001 * (g * g - v), squares, gradients)
    scale = rate * jnp.sqrt(1 - 0.999**count) / (1 - 0.9**count)
    parameters = jax.tree.map(lambda w, m, v: w - scale * m / (jnp.sqrt(v) + 1e-8), parameters, means, squares)
    return (parameters, means, squares, count), None


@jax.jit
def steps_of(state, batches, masks):
    return jax.lax.scan(lambda state, batch: step(state, batch, masks), state, batches)[0]


def train(density, output, steps):
    began = time.perf_counter()
    parameters, masks = [], []
    for index, extent in enumerate(shapes):
        share = output if index == len(shapes) - 1 else density
        mask = (random.random(extent) < share).astype(numpy.float32)
        weight = random.normal(0, numpy.sqrt(2 / extent[0]), extent).astype(numpy.float32) * mask
        parameters.append((jnp.asarray(weight), jnp.zeros(extent[-1])))
        masks.append((jnp.asarray(mask), jnp.ones(extent[-1])))
    zeros = jax.tree.map(jnp.zeros_like, parameters)
    state = (parameters, zeros, zeros, 0.0)
    jax.block_until_ready(state)
    loaded = time.perf_counter()
    worked = time.process_time()
    for _ in range(steps // chunk):
        batches = jnp.asarray(random.integers(0, examples, (chunk, 60)))
        state = steps_of(state, batches, masks)
    jax.block_until_ready(state)
    done = steps // chunk * chunk
    milliseconds = (time.perf_counter() - loaded) / done * 1e3
    return milliseconds, (loaded - began) * 1e3, (time.process_time() - worked) / done * 1e3


print("ready", flush=True)
for line in sys.stdin:
    density, output, steps = line.split()
    print(*train(float(density), float(output), int(steps)), flush=True)
