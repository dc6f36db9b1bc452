/* The kernels of the wasm backend, in AssemblyScript. `npm run build` compiles them into ../binary.ts. */
export { denseMultiply, denseWeightGradient, multiplyMatrices } from './dense'
export { sparseMultiply, sparseWeightGradient, reorder } from './sparse'
export { relu, reluGradient, add, addBias, biasGradient, scaleRows, mean, spread } from './elementwise'
export { gatherImages, gatherLabels } from './examples'
export { softmaxCrossEntropy, correct } from './softmax'
export { sgd, momentum, adam } from './updates'
