/* The kernels, as ../../tiles/machine.ts calls them, in the order of their numbers. */
#define FOR_EACH_KERNEL(K)                                                                       \
  K(denseMultiply) K(denseWeightGradient) K(multiplyMatrices)                                    \
  K(sparseMultiply) K(sparseWeightGradient) K(reorder)                                           \
  K(relu) K(reluGradient) K(add) K(addBias) K(biasGradient) K(scaleRows) K(rowDot) K(mean) K(spread) \
  K(denseConvolve) K(sparseConvolve) K(packPlanes) K(denseFilterGradient) K(sparseFilterGradient) \
  K(maxPool) K(maxPoolGradient) K(maxPoolTangent) K(averagePool) K(averagePoolGradient)          \
  K(addChannels) K(channelSums) K(foldSums) K(meanOfPositions) K(spreadToPositions)              \
  K(copyChannels) K(multiply) K(clear)                                                           \
  K(moments) K(finishMoments) K(normFactors) K(normalize) K(slopeMoments) K(finishSlopes)        \
  K(normGradient) K(productMoments) K(finishCurvature) K(normCurvature) K(follow)                \
  K(dropout) K(gatherImages) K(gatherVariants) K(gatherLabels)                                   \
  K(softmaxCrossEntropy) K(softmaxGradient) K(correct) K(sgd) K(momentum) K(adam)

typedef void (*Kernel)(char *memory, const double *arguments);
