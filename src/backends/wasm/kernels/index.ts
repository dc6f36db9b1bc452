/* The kernels of the wasm backend, in AssemblyScript. `npm run build` compiles them into ../binary.ts. */
export { denseMultiply, denseWeightGradient, multiplyMatrices } from './dense'
export { sparseMultiply, sparseWeightGradient, reorder } from './sparse'
export { relu, reluGradient, add, addBias, biasGradient, scaleRows, rowDot, mean, spread } from './elementwise'
export { denseConvolve, sparseConvolve } from './convolution'
export { packPlanes, denseFilterGradient, sparseFilterGradient } from './filters'
export { maxPool, maxPoolGradient, maxPoolTangent, averagePool, averagePoolGradient } from './pools'
export {
  addChannels,
  channelSums,
  foldSums,
  meanOfPositions,
  spreadToPositions,
  copyChannels,
  multiply,
  clear,
} from './channels'
export {
  moments,
  finishMoments,
  normFactors,
  normalize,
  slopeMoments,
  finishSlopes,
  normGradient,
  productMoments,
  finishCurvature,
  normCurvature,
  follow,
} from './norm'
export { dropout } from './dropout'
export { gatherImages, gatherVariants, gatherLabels } from './examples'
export { softmaxCrossEntropy, softmaxGradient, correct } from './softmax'
export { sgd, momentum, adam } from './updates'
