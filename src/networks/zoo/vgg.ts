import type { Layer, Network } from '../network'
import { averageAndOutput, maxPool, normalized, type Form } from './parts'

/**
 * VGG-16 or VGG-19 (Simonyan & Zisserman 2014) in the form for CIFAR of both lottery-ticket papers: batch norm after
 * every convolution, an average pool in place of the last pool and of the two large dense layers. VGG-19 has
 * 20,024,000 weights, of which 5,120 are the output's. `vgg16` has 13 convolutions, `vgg19` 16.
 */
export function vgg(depth: 16 | 19, { input, classes }: Form): Network {
  const deep = depth === 16 ? 3 : 4
  const stages = [
    [64, 2],
    [128, 2],
    [256, deep],
    [512, deep],
    [512, deep],
  ] as const
  let convolutions = 0
  const layers = stages.flatMap(([filters, count], stage): Layer[] => [
    ...Array.from({ length: count }, () => normalized(`conv${++convolutions}`, filters)),
    ...(stage < stages.length - 1 ? [maxPool(`pool${stage + 1}`)] : []),
  ])
  return { name: `vgg${depth}`, input, layers: [...layers, ...averageAndOutput(classes)], classes }
}
