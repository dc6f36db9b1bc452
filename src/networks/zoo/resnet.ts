import type { Layer, Network } from '../network'
import { averageAndOutput, normalized, type Form } from './parts'

/**
 * ResNet-20 (He et al. 2015, section 4.2), which Frankle & Carbin 2019 call ResNet-18: a 3x3 convolution of 16 filters,
 * then nine blocks of two of 16, 32 and 64. A 1x1 convolution with batch norm is the shortcut where the shape changes
 * (2,560 weights). It has 270,896 weights; with batch norm and its running statistics, 274,042 numbers.
 */
export function resnet20({ input, classes }: Form): Network {
  const blocks = [16, 16, 16, 32, 32, 32, 64, 64, 64].map((filters, index, all) =>
    basic(`block${index + 1}`, filters, index > 0 && filters !== all[index - 1]),
  )
  return {
    name: 'resnet20',
    input,
    layers: [normalized('conv1', 16), ...blocks, ...averageAndOutput(classes)],
    classes,
  }
}

/**
 * ResNet-50 (He et al. 2015, table 1) in its form for ImageNet: 25,502,912 weights with 1000 classes, 25,557,032
 * numbers are trained. Blocks that halve the image do so in their 3x3 convolution, as the common implementations do,
 * and not in the first 1x1 of the paper. Takes images of any size.
 */
export function resnet50({ input, classes }: Form): Network {
  const stages = [
    [64, 3],
    [128, 4],
    [256, 6],
    [512, 3],
  ] as const
  let blocks = 0
  const layers = stages.flatMap(([filters, count], stage) =>
    Array.from({ length: count }, (_, index) =>
      bottleneck(`block${++blocks}`, filters, {
        stride: stage > 0 && index === 0 ? 2 : 1,
        widens: index === 0,
      }),
    ),
  )
  return { name: 'resnet50', input, layers: [...stem(), ...layers, ...averageAndOutput(classes)], classes }
}

/**
 * ResNet-18 (He et al. 2015, table 1) in its form for ImageNet: 11,678,912 weights with 1000 classes, 11,689,512 numbers are
 * trained. Takes images of any size. It is not what Frankle & Carbin 2019 call ResNet-18, which is {@link resnet20}.
 */
export function resnet18({ input, classes }: Form): Network {
  const blocks = [64, 64, 128, 128, 256, 256, 512, 512].map((filters, index, all) =>
    basic(`block${index + 1}`, filters, index > 0 && filters !== all[index - 1]),
  )
  return { name: 'resnet18', input, layers: [...stem(), ...blocks, ...averageAndOutput(classes)], classes }
}

/** What networks for ImageNet begin with: a quarter of the height and width is left. */
function stem(): Layer[] {
  return [
    normalized('conv1', 64, { window: 7, stride: 2 }),
    { kind: 'max-pool', name: 'pool1', window: 3, stride: 2, padding: 'same' },
  ]
}

/** Two 3x3 convolutions. @param changes whether the first halves the image, so that the shortcut must, too */
function basic(name: string, filters: number, changes: boolean): Layer {
  const stride = changes ? { stride: 2 } : {}
  return {
    kind: 'residual',
    name,
    layers: [
      normalized(`${name}-conv1`, filters, stride),
      normalized(`${name}-conv2`, filters, { activation: 'none' }),
    ],
    ...(changes ? { shortcut: shortcut(name, filters, stride) } : {}),
    activation: 'relu',
  }
}

/** 1x1, 3x3 and 1x1 convolutions, the last with four times the filters. */
function bottleneck(
  name: string,
  filters: number,
  { stride, widens }: { readonly stride: number; readonly widens: boolean },
): Layer {
  const strided = stride === 1 ? {} : { stride }
  return {
    kind: 'residual',
    name,
    layers: [
      normalized(`${name}-conv1`, filters, { window: 1 }),
      normalized(`${name}-conv2`, filters, strided),
      normalized(`${name}-conv3`, 4 * filters, { window: 1, activation: 'none' }),
    ],
    ...(widens ? { shortcut: shortcut(name, 4 * filters, strided) } : {}),
    activation: 'relu',
  }
}

function shortcut(block: string, filters: number, stride: { readonly stride?: number }) {
  return normalized(`${block}-shortcut`, filters, { window: 1, ...stride, activation: 'none' })
}
