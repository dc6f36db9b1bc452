import type { Padding, Primitive, Windowed } from '../../src/backends/primitives'
import type { ProgramStatistic } from '../../src/backends/program'
import type { Tensors } from '../../src/support/tensor'

/** A way to compute logits `[batch, classes]`, called `logits`, from images: small, and odd where that may matter. */
export interface Case {
  readonly name: string
  readonly image: readonly number[]
  readonly parameters: Readonly<Record<string, readonly number[]>>
  readonly forward: readonly Primitive[]
  /** Values to begin with; random by default. */
  readonly start?: Tensors
  readonly statistics?: readonly ProgramStatistic[]
  /** How `forward` begins differently when evaluating; the same by default. */
  readonly evaluation?: readonly Primitive[]
}

export const classes = 5

/** Every primitive of dense networks, in ways that no layer uses: products transposed either way, values used twice. */
export const dense: Case = {
  name: 'products',
  image: [2, 3],
  parameters: { a: [5, 6], b: [5, 5], bias: [5] },
  forward: [
    { op: 'reshape', input: 'images', shape: [6], output: 'flat' },
    { op: 'matmul', left: 'flat', right: 'a', transposeRight: true, output: 'x' },
    { op: 'addBias', input: 'x', bias: 'bias', output: 'y' },
    { op: 'relu', input: 'y', output: 'active' },
    { op: 'matmul', left: 'a', right: 'a', transposeLeft: true, output: 'square' },
    { op: 'matmul', left: 'flat', right: 'square', output: 'z' },
    { op: 'matmul', left: 'z', right: 'a', transposeRight: true, output: 'again' },
    { op: 'addBias', input: 'again', bias: 'bias', output: 'more' },
    { op: 'matmul', left: 'b', right: 'b', transposeLeft: true, transposeRight: true, output: 'twice' },
    { op: 'matmul', left: 'active', right: 'twice', output: 'logits1' },
    { op: 'matmul', left: 'more', right: 'twice', transposeRight: true, output: 'logits2' },
    { op: 'add', left: 'logits1', right: 'logits2', output: 'sum' },
    { op: 'relu', input: 'sum', output: 'half' },
    { op: 'matmul', left: 'half', right: 'b', output: 'logits' },
  ],
}

/** Images `[height, width, channels]` through a first convolution, so that what follows has gradients to give. */
function afterConvolution(
  name: string,
  image: readonly [number, number, number],
  more: Readonly<Record<string, readonly number[]>>,
  primitives: readonly Primitive[],
  /** Of the value `end` that `primitives` write. */
  end: readonly number[],
): Case {
  const size = end.reduce((product, extent) => product * extent, 1)
  return {
    name,
    image,
    parameters: { first: [3, 3, image[2], 3], ...more, last: [size, classes] },
    forward: [
      { op: 'convolution', input: 'images', filter: 'first', stride: 1, padding: 'same', output: 'x' },
      ...primitives,
      { op: 'reshape', input: 'end', shape: [size], output: 'flat' },
      { op: 'matmul', left: 'flat', right: 'last', output: 'logits' },
    ],
  }
}

const images = [
  [5, 4, 2],
  [6, 7, 1],
] as const

const slidings = ([1, 2] as const).flatMap((stride) =>
  (['same', 'valid', 'around'] as const).map((edge) => ({ stride, edge })),
)

/** Padding of one side less than the window, and more than half of it. */
function paddingOf(edge: 'same' | 'valid' | 'around', [height, width]: readonly [number, number]): Padding {
  return edge === 'around' ? [height - 1, Math.min(1, width - 1)] : edge
}

function placesOf([height, width]: readonly number[], { window, stride, padding }: Windowed): number[] {
  return [height!, width!].map((extent, axis) => {
    const around = typeof padding === 'object' ? 2 * padding[axis]! : 0
    return Math.ceil((padding === 'same' ? extent : extent + around - window[axis]! + 1) / stride)
  })
}

const every = images.flatMap((image) => slidings.map((sliding) => ({ image, ...sliding })))

const convolutions = every.flatMap(({ image, stride, edge }) =>
  (
    [
      [1, 1],
      [2, 2],
      [3, 3],
      [3, 1],
    ] as const
  ).map((window) => {
    const padding = paddingOf(edge, window)
    const places = placesOf(image, { window, stride, padding })
    return afterConvolution(
      `convolution ${window.join('x')} of ${image.join('x')}, stride ${stride}, ${edge}`,
      image,
      { second: [...window, 3, 4], bias: [4] },
      [
        { op: 'convolution', input: 'x', filter: 'second', stride, padding, output: 'y' },
        { op: 'addBias', input: 'y', bias: 'bias', output: 'z' },
        { op: 'relu', input: 'z', output: 'end' },
      ],
      [...places, 4],
    )
  }),
)

const pools = (['maxPool', 'averagePool'] as const).flatMap((op) =>
  every.flatMap(({ image, stride, edge }) =>
    (
      [
        [2, 2],
        [3, 3],
        [1, 1],
        [2, 3],
      ] as const
    ).map((window) => {
      const padding = paddingOf(edge, window)
      return afterConvolution(
        `${op} ${window.join('x')} of ${image.join('x')}, stride ${stride}, ${edge}`,
        image,
        {},
        [{ op, input: 'x', window, stride, padding, output: 'end' }],
        [...placesOf(image, { window, stride, padding }), 3],
      )
    }),
  ),
)

const norm = { scale: 'scale', offset: 'offset', epsilon: 1e-3 } as const

/** Batch norm of `input`, which has three channels, in training and in evaluation. */
function normalized(input: string, output: string): { training: Primitive; evaluation: Primitive } {
  const common = { ...norm, input, output }
  return {
    training: { op: 'batchNorm', ...common, mean: `${output}/mean`, variance: `${output}/variance` },
    evaluation: { op: 'batchNormInference', ...common, mean: 'mean', variance: 'variance' },
  }
}

function statisticsOf(output: string): ProgramStatistic[] {
  return [
    { name: 'mean', shape: [3], value: `${output}/mean`, decay: 0.75, factor: 1 },
    { name: 'variance', shape: [3], value: `${output}/variance`, decay: 0.9, factor: 1.25 },
  ]
}

function withBatchNorm(base: Case, output: string): Case {
  const evaluation = base.forward.map((primitive) =>
    primitive.op === 'batchNorm' ? normalized(primitive.input, primitive.output).evaluation : primitive,
  )
  return { ...base, statistics: statisticsOf(output), evaluation }
}

const batchNorms = [
  withBatchNorm(
    afterConvolution(
      'batch norm of images',
      [3, 5, 2],
      { scale: [3], offset: [3] },
      [normalized('x', 'y').training, { op: 'relu', input: 'y', output: 'end' }],
      [3, 5, 3],
    ),
    'y',
  ),
  withBatchNorm(
    {
      name: 'batch norm of vectors',
      image: [7],
      parameters: { first: [7, 3], scale: [3], offset: [3], last: [3, classes] },
      forward: [
        { op: 'matmul', left: 'images', right: 'first', output: 'x' },
        normalized('x', 'y').training,
        { op: 'matmul', left: 'y', right: 'last', output: 'logits' },
      ],
    },
    'y',
  ),
  withBatchNorm(
    {
      name: 'batch norm of the images themselves',
      image: [3, 3, 3],
      parameters: { scale: [3], offset: [3], last: [27, classes] },
      forward: [
        normalized('images', 'y').training,
        { op: 'reshape', input: 'y', shape: [27], output: 'flat' },
        { op: 'matmul', left: 'flat', right: 'last', output: 'logits' },
      ],
    },
    'y',
  ),
  withBatchNorm(
    afterConvolution(
      'batch norm of a value that is used twice',
      [4, 3, 1],
      { scale: [3], offset: [3] },
      [
        normalized('x', 'y').training,
        { op: 'relu', input: 'y', output: 'z' },
        { op: 'add', left: 'z', right: 'x', output: 'end' },
      ],
      [4, 3, 3],
    ),
    'y',
  ),
]

const others = [
  afterConvolution(
    'global average pooling',
    [3, 4, 2],
    {},
    [{ op: 'globalAveragePool', input: 'x', output: 'end' }],
    [3],
  ),
  afterConvolution(
    'a residual block with a shortcut, and a filter used twice',
    [5, 5, 1],
    { second: [3, 3, 3, 3], shortcut: [1, 1, 3, 3] },
    [
      { op: 'convolution', input: 'x', filter: 'second', stride: 2, padding: 'same', output: 'y' },
      { op: 'relu', input: 'y', output: 'z' },
      { op: 'convolution', input: 'z', filter: 'second', stride: 1, padding: 'same', output: 'w' },
      { op: 'convolution', input: 'x', filter: 'shortcut', stride: 2, padding: 'same', output: 'v' },
      { op: 'add', left: 'w', right: 'v', output: 'end' },
    ],
    [3, 3, 3],
  ),
  afterConvolution(
    'branches that are concatenated, one of them twice',
    [4, 5, 2],
    { second: [1, 1, 3, 2] },
    [
      { op: 'convolution', input: 'x', filter: 'second', stride: 1, padding: 'same', output: 'y' },
      { op: 'averagePool', input: 'x', window: [3, 3], stride: 1, padding: 'same', output: 'z' },
      { op: 'maxPool', input: 'y', window: [3, 3], stride: 1, padding: 'same', output: 'w' },
      { op: 'concatenate', inputs: ['y', 'z', 'w', 'y'], output: 'end' },
    ],
    [4, 5, 9],
  ),
  afterConvolution(
    'vectors that are concatenated',
    [3, 3, 1],
    {},
    [
      { op: 'globalAveragePool', input: 'x', output: 'y' },
      { op: 'reshape', input: 'x', shape: [27], output: 'z' },
      { op: 'concatenate', inputs: ['y', 'z'], output: 'end' },
    ],
    [30],
  ),
]

/** One of every kind of primitive. */
export const afew: readonly Case[] = [
  ...[...convolutions, ...pools].filter(({ image }) => image === images[0]),
  ...batchNorms,
  ...others,
]

/** Everything that networks of images need besides products. */
export const ofImages: readonly Case[] = [...convolutions, ...pools, ...batchNorms, ...others]

/** Windows of nothing but zeros: the first of them gets the gradient. */
export const ties: readonly Case[] = (
  [
    { window: [2, 2], stride: 2, padding: 'valid' },
    { window: [3, 3], stride: 2, padding: 'same' },
    { window: [3, 3], stride: 1, padding: 'same' },
    { window: [3, 3], stride: 2, padding: [1, 2] },
  ] as const
).map((windowed) => {
  const places = placesOf([4, 6], windowed)
  const size = places[0]! * places[1]! * 2
  return {
    name: `maxPool ${windowed.window.join('x')} of equal numbers, stride ${windowed.stride}`,
    image: [4],
    parameters: { first: [4, 48], bias: [2], last: [size, classes] },
    start: { first: { shape: [4, 48], data: new Float32Array(4 * 48) } },
    forward: [
      { op: 'matmul', left: 'images', right: 'first', output: 'x' },
      { op: 'reshape', input: 'x', shape: [4, 6, 2], output: 'y' },
      { op: 'maxPool', input: 'y', ...windowed, output: 'z' },
      { op: 'addBias', input: 'z', bias: 'bias', output: 'w' },
      { op: 'reshape', input: 'w', shape: [size], output: 'flat' },
      { op: 'matmul', left: 'flat', right: 'last', output: 'logits' },
    ],
  }
})

/** Mean cross-entropy of the logits. */
export const lossOf: readonly Primitive[] = [
  { op: 'softmaxCrossEntropy', logits: 'logits', labels: 'labels', losses: 'losses', residual: 'residual' },
  { op: 'mean', input: 'losses', output: 'loss' },
]
