/** A network whose training is measured against the share of weights left, and how long it is watched. */
export interface Workload {
  /** Of the zoo. */
  readonly network: 'lenet' | 'conv2'
  readonly title: string
  /** Levels of pruning: at level l, 0.8^l of the weights are left, in the output layer 0.9^l. */
  readonly levels: readonly number[]
  /** Steps in a turn: of our backends, in chunks as a trainer's, and of others; and before the first turn. */
  readonly steps: { readonly ours: number; readonly others: number; readonly before: number }
  /** A ladder of so many levels, with so many steps each, whose whole time is taken. */
  readonly ladder?: { readonly levels: number; readonly steps: number }
  /** Whether tfjs-backend-wasm is measured at the full network. */
  readonly tfjsWasm: boolean
  /** What files of results are called. */
  readonly file: string
}

/** 100, 51, 41, 33, 21, 10.7, 5.5 and 1.4% of the weights, as in Frankle & Carbin 2019. */
const lenet: Workload = {
  network: 'lenet',
  title: 'LeNet-300-100',
  levels: [0, 3, 4, 5, 7, 10, 13, 19],
  steps: { ours: 240, others: 60, before: 50 },
  ladder: { levels: 16, steps: 100 },
  tfjsWasm: true,
  file: 'density',
}

/** 100, 21 and 5.5%, of convolutions and dense layers alike. */
const conv2: Workload = {
  network: 'conv2',
  title: 'Conv-2',
  levels: [0, 7, 13],
  steps: { ours: 3, others: 3, before: 2 },
  tfjsWasm: false,
  file: 'density-conv2',
}

export const workloads = { lenet, conv2 } as const
