/** One extent of a value's shape; `'batch'` is the number of examples, which a backend learns when it runs. */
export type Extent = number | 'batch'

/** The shape of a value. Where there is a batch, it comes first. */
export type Shape = readonly Extent[]

/**
 * The primitive operations of a step program, over values that are named by strings. A program is in single
 * assignment form: every value is written once, before it is read.
 *
 * A new primitive is: a member here, its shape in `shapes.ts`, its rules in `rules.ts` and `tangents.ts`, and its
 * translation in each backend. Members below the lines occur only in derivatives.
 */
export type Primitive =
  /** Gives every example the shape `shape`; the batch stays. */
  | {
      readonly op: 'reshape'
      readonly input: string
      readonly shape: readonly number[]
      readonly output: string
    }
  /** Product of two matrices, each transposed first if so told. */
  | {
      readonly op: 'matmul'
      readonly left: string
      readonly right: string
      readonly transposeLeft?: boolean
      readonly transposeRight?: boolean
      readonly output: string
    }
  /** Adds `bias` along the last axis. */
  | { readonly op: 'addBias'; readonly input: string; readonly bias: string; readonly output: string }
  /** max(x, 0). */
  | { readonly op: 'relu'; readonly input: string; readonly output: string }
  /**
   * `losses`: -log softmax(logits)[label], one per example. `residual`: softmax(logits) - onehot(label), the
   * derivative of each loss by its logits, which costs nothing beside the losses.
   */
  | {
      readonly op: 'softmaxCrossEntropy'
      readonly logits: string
      readonly labels: string
      readonly losses: string
      readonly residual: string
    }
  /** The mean over the batch, a scalar. */
  | { readonly op: 'mean'; readonly input: string; readonly output: string }
  /** 1 where the label has the largest logit (the first one of equals), otherwise 0; one per example. */
  | { readonly op: 'correct'; readonly logits: string; readonly labels: string; readonly output: string }
  /** Sum of two values of one shape; derivatives use it too, where a value is used twice. */
  | { readonly op: 'add'; readonly left: string; readonly right: string; readonly output: string }
  /**
   * Cross-correlation of images `[batch, height, width, channels]` with filters `[height, width, channels, filters]`.
   */
  | ({ readonly op: 'convolution'; readonly input: string; readonly filter: string } & Sliding & Output)
  /** The largest number of every window; padding never is. */
  | ({ readonly op: 'maxPool'; readonly input: string } & Windowed & Output)
  /** The mean of every window; padding does not count. */
  | ({ readonly op: 'averagePool'; readonly input: string } & Windowed & Output)
  /** The mean over all positions: `[batch, height, width, channels]` to `[batch, channels]`. */
  | { readonly op: 'globalAveragePool'; readonly input: string; readonly output: string }
  /**
   * (x - mean) / sqrt(variance + epsilon) * scale + offset, for every channel (the last axis), with the mean and the
   * population variance of this batch over all other axes, which it writes too.
   */
  | {
      readonly op: 'batchNorm'
      readonly input: string
      readonly scale: string
      readonly offset: string
      readonly epsilon: number
      readonly output: string
      readonly mean: string
      readonly variance: string
    }
  /** The same with a given mean and variance, which it reads. */
  | {
      readonly op: 'batchNormInference'
      readonly input: string
      readonly scale: string
      readonly offset: string
      readonly epsilon: number
      readonly mean: string
      readonly variance: string
      readonly output: string
    }
  /** Values that differ in their last extent only, one after the other along it. */
  | { readonly op: 'concatenate'; readonly inputs: readonly string[]; readonly output: string }
  /**
   * Every number is dropped with probability `rate`, the rest divided by 1 - rate. `kept`: 0 where dropped, otherwise
   * 1 / (1 - rate). Which are dropped follows from the step's seed and `stream`, which tells apart the layers.
   */
  | {
      readonly op: 'dropout'
      readonly input: string
      readonly rate: number
      readonly stream: number
      readonly output: string
      readonly kept: string
    }
  // ---- derivatives ----
  /** The derivative of a convolution by its input, whose shape without the batch is `shape`. */
  | ({
      readonly op: 'convolutionInputGradient'
      readonly gradient: string
      readonly filter: string
      readonly shape: readonly number[]
    } & Sliding &
      Output)
  /** The derivative of a convolution by its filters, whose height and width are `window`. */
  | ({
      readonly op: 'convolutionFilterGradient'
      readonly input: string
      readonly gradient: string
    } & Windowed &
      Output)
  /** `gradient` at the (first) largest number of every window of `input`; `pooled` is what maxPool made of it. */
  | ({
      readonly op: 'maxPoolGradient'
      readonly input: string
      readonly pooled: string
      readonly gradient: string
    } & Windowed &
      Output)
  /** `shape`: of the pooled input, without the batch. */
  | ({
      readonly op: 'averagePoolGradient'
      readonly gradient: string
      readonly shape: readonly number[]
    } & Windowed &
      Output)
  /** `shape`: of the pooled input, without the batch. */
  | {
      readonly op: 'globalAveragePoolGradient'
      readonly gradient: string
      readonly shape: readonly number[]
      readonly output: string
    }
  /** `mean` and `variance` are those that batchNorm wrote; `output` is the derivative by its input. */
  | {
      readonly op: 'batchNormGradient'
      readonly input: string
      readonly gradient: string
      readonly scale: string
      readonly mean: string
      readonly variance: string
      readonly epsilon: number
      readonly output: string
      readonly scaleGradient: string
      readonly offsetGradient: string
    }
  /** The part `from <= i < to` of the last axis. */
  | {
      readonly op: 'channels'
      readonly input: string
      readonly from: number
      readonly to: number
      readonly output: string
    }
  /** Product, number by number, of two values of one shape. */
  | { readonly op: 'multiply'; readonly left: string; readonly right: string; readonly output: string }
  /** A scalar. */
  | { readonly op: 'constant'; readonly value: number; readonly output: string }
  /** A scalar divided among the examples of the batch. */
  | { readonly op: 'spread'; readonly input: string; readonly output: string }
  /** Row i of `input` times `factors[i]`. */
  | { readonly op: 'scaleRows'; readonly input: string; readonly factors: string; readonly output: string }
  /** Sum over every axis but the last. */
  | { readonly op: 'biasGradient'; readonly input: string; readonly output: string }
  /** `gradient` where `activation` (the output of relu) is positive, otherwise 0. */
  | {
      readonly op: 'reluGradient'
      readonly gradient: string
      readonly activation: string
      readonly output: string
    }
  // ---- second derivatives ----
  /** The dot product of row i of one and row i of the other, for every example. */
  | { readonly op: 'rowDot'; readonly left: string; readonly right: string; readonly output: string }
  /**
   * `gradient` times the derivative of softmax(logits) by the logits, p g - p (p . g) with p the probabilities, which are
   * those of the `residual` of softmaxCrossEntropy.
   */
  | {
      readonly op: 'softmaxGradient'
      readonly residual: string
      readonly labels: string
      readonly gradient: string
      readonly output: string
    }
  /** `tangent` at the (first) largest number of every window of `input`; `pooled` is what maxPool made of it. */
  | ({
      readonly op: 'maxPoolTangent'
      readonly input: string
      readonly pooled: string
      readonly tangent: string
    } & Windowed &
      Output)
  /**
   * The derivatives, by the input and the scale, of the sum over all numbers of `gradient` times what batchNormGradient
   * makes of `slope`. `mean` and `variance` are those that batchNorm wrote, and depend on the input.
   */
  | {
      readonly op: 'batchNormCurvature'
      readonly input: string
      readonly slope: string
      readonly gradient: string
      readonly scale: string
      readonly mean: string
      readonly variance: string
      readonly epsilon: number
      readonly output: string
      readonly scaleGradient: string
    }

/**
 * How a window slides over the two axes in the middle. `same`: over ceil(extent / stride) places, with zeros around,
 * of which one more below and to the right where their number is odd; `valid`: only where all of it fits; `[height,
 * width]`: where all of it fits into the image with so many zeros on each side, fewer than the window is high and wide.
 */
export interface Sliding {
  readonly stride: number
  readonly padding: Padding
}

export type Padding = 'same' | 'valid' | readonly [number, number]

export interface Windowed extends Sliding {
  /** Height and width. */
  readonly window: readonly [number, number]
}

interface Output {
  readonly output: string
}
