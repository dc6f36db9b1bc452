import type { Layer, Network } from '../network'
import { convolution, dense, maxPool, output, type Form } from './parts'

/** LeNet-300-100 (LeCun et al. 1998) as in Frankle & Carbin 2019, fig. 2: 266,200 weights on MNIST. */
export function lenet300100({ input, classes }: Form): Network {
  return {
    name: 'lenet',
    input,
    layers: [dense('dense1', 300), dense('dense2', 100), output(classes)],
    classes,
  }
}

/**
 * Conv-2, Conv-4 or Conv-6 of Frankle & Carbin 2019, fig. 2: one to three times two 3x3 convolutions of 64, 128 and 256
 * filters and a pool, then dense layers of 256, 256 and the classes. On CIFAR-10 they have 4,300,992, 2,425,024 and
 * 2,261,184 weights, of which 38,592, 259,776 and 1,144,512 are convolutions'. The figure says 4.3M, 2.4M and 1.7M, with
 * 38K, 260K and 1.1M in convolutions: all but the 1.7M follow from the layers that it lists.
 */
export function convN(convolutions: 2 | 4 | 6, { input, classes }: Form): Network {
  const stages = [64, 128, 256].slice(0, convolutions / 2)
  return {
    name: `conv${convolutions}`,
    input,
    layers: [
      ...stages.flatMap((filters, stage): Layer[] => [
        convolution(`conv${2 * stage + 1}`, filters),
        convolution(`conv${2 * stage + 2}`, filters),
        maxPool(`pool${stage + 1}`),
      ]),
      dense('dense1', 256),
      dense('dense2', 256),
      output(classes),
    ],
    classes,
  }
}
