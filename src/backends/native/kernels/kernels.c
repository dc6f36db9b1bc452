/* All kernels, for the instruction set that this is compiled for; TABLE is what the list of them is called. */
#include "channels.h"
#include "convolution.h"
#include "dropout.h"
#include "examples.h"
#include "filters.h"
#include "names.h"
#include "norm.h"
#include "pools.h"
#include "softmax.h"
#include "updates.h"

#define ENTRY(name) name,
const Kernel TABLE[] = {FOR_EACH_KERNEL(ENTRY)};
