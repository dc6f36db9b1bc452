import type { Primitive } from './primitives'

/** The values that a primitive reads; labels and the batch's size do not count, which nothing is derived by. */
export function readsOf(primitive: Primitive): readonly string[] {
  switch (primitive.op) {
    case 'constant':
      return []
    case 'matmul':
    case 'add':
    case 'multiply':
    case 'rowDot':
      return [primitive.left, primitive.right]
    case 'addBias':
      return [primitive.input, primitive.bias]
    case 'softmaxCrossEntropy':
    case 'correct':
      return [primitive.logits]
    case 'convolution':
      return [primitive.input, primitive.filter]
    case 'batchNorm':
      return [primitive.input, primitive.scale, primitive.offset]
    case 'batchNormInference':
      return [primitive.input, primitive.scale, primitive.offset, primitive.mean, primitive.variance]
    case 'concatenate':
      return primitive.inputs
    case 'convolutionInputGradient':
      return [primitive.gradient, primitive.filter]
    case 'convolutionFilterGradient':
      return [primitive.input, primitive.gradient]
    case 'maxPoolGradient':
      return [primitive.input, primitive.pooled, primitive.gradient]
    case 'averagePoolGradient':
    case 'globalAveragePoolGradient':
      return [primitive.gradient]
    case 'batchNormGradient': {
      const { input, gradient, scale, mean, variance } = primitive
      return [input, gradient, scale, mean, variance]
    }
    case 'batchNormCurvature': {
      const { input, slope, gradient, scale, mean, variance } = primitive
      return [input, slope, gradient, scale, mean, variance]
    }
    case 'softmaxGradient':
      return [primitive.residual, primitive.gradient]
    case 'maxPoolTangent':
      return [primitive.input, primitive.pooled, primitive.tangent]
    case 'scaleRows':
      return [primitive.input, primitive.factors]
    case 'reluGradient':
      return [primitive.gradient, primitive.activation]
    case 'reshape':
    case 'relu':
    case 'mean':
    case 'maxPool':
    case 'averagePool':
    case 'globalAveragePool':
    case 'channels':
    case 'dropout':
    case 'spread':
    case 'biasGradient':
      return [primitive.input]
  }
}

/** The values that a primitive writes. */
export function writesOf(primitive: Primitive): readonly string[] {
  switch (primitive.op) {
    case 'softmaxCrossEntropy':
      return [primitive.losses, primitive.residual]
    case 'batchNorm':
      return [primitive.output, primitive.mean, primitive.variance]
    case 'dropout':
      return [primitive.output, primitive.kept]
    case 'batchNormGradient':
      return [primitive.output, primitive.scaleGradient, primitive.offsetGradient]
    case 'batchNormCurvature':
      return [primitive.output, primitive.scaleGradient]
    case 'add':
    case 'addBias':
    case 'averagePool':
    case 'averagePoolGradient':
    case 'batchNormInference':
    case 'biasGradient':
    case 'channels':
    case 'concatenate':
    case 'constant':
    case 'convolution':
    case 'convolutionFilterGradient':
    case 'convolutionInputGradient':
    case 'correct':
    case 'globalAveragePool':
    case 'globalAveragePoolGradient':
    case 'matmul':
    case 'maxPool':
    case 'maxPoolGradient':
    case 'maxPoolTangent':
    case 'mean':
    case 'multiply':
    case 'relu':
    case 'reluGradient':
    case 'reshape':
    case 'rowDot':
    case 'scaleRows':
    case 'softmaxGradient':
    case 'spread':
      return [primitive.output]
  }
}
