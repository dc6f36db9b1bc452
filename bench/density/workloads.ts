/** A network whose training is measured against the share of weights left, and how long it is watched. */
export interface Workload {
  /** Of the zoo. */
  readonly network: 'lenet' | 'conv2' | 'conv6' | 'resnet20' | 'vgg16'
  readonly title: string
  /** Batch and optimizer, in words. */
  readonly recipe: string
  /** Levels of pruning: at level l, 0.8^l of the weights are left, in the output layer 0.9^l. */
  readonly levels: readonly number[]
  /** Steps in a turn: of our backends, in chunks as a trainer's, and of others; and before the first turn. */
  readonly steps: { readonly ours: number; readonly others: number; readonly before: number }
  /** A ladder of so many levels, with so many steps each, whose whole time is taken. */
  readonly ladder?: { readonly levels: number; readonly steps: number }
  /**
   * Whether JAX is asked, too. Of Conv-2 it takes 33 s a step within a scan, and 0.9 s without one, on two cores on which
   * PyTorch takes 0.2 s.
   */
  readonly jax: boolean
}

const adam = 'Batch 60, Adam'
const momentum = 'Batch 128, momentum 0.9, weight decay'

/**
 * By what files of results are called. LeNet at 100, 51, 41, 33, 21, 10.7, 5.5 and 1.4% of the weights, as in Frankle &
 * Carbin 2019; the others at 100, 21, 5.5 and, where that is trained in the papers, 1.4%.
 */
export const workloads: Readonly<Record<string, Workload>> = {
  lenet: {
    network: 'lenet',
    title: 'LeNet-300-100',
    recipe: adam,
    levels: [0, 3, 4, 5, 7, 10, 13, 19],
    steps: { ours: 300, others: 100, before: 60 },
    ladder: { levels: 16, steps: 100 },
    jax: true,
  },
  conv2: {
    network: 'conv2',
    title: 'Conv-2',
    recipe: adam,
    levels: [0, 7, 13, 19],
    steps: { ours: 3, others: 3, before: 2 },
    jax: false,
  },
  conv6: {
    network: 'conv6',
    title: 'Conv-6',
    recipe: adam,
    levels: [0, 7, 13],
    steps: { ours: 2, others: 2, before: 2 },
    jax: false,
  },
  resnet20: {
    network: 'resnet20',
    title: 'ResNet-20',
    recipe: momentum,
    levels: [0, 7, 13],
    steps: { ours: 2, others: 2, before: 2 },
    jax: false,
  },
  vgg16: {
    network: 'vgg16',
    title: 'VGG-16',
    recipe: momentum,
    levels: [0, 7, 13],
    steps: { ours: 1, others: 1, before: 1 },
    jax: false,
  },
}
