import { requireTensorflow } from '../backends/tensorflow/installation/find'
import { kernelsOf } from '../backends/tensorflow/arithmetic'
import { openTensorflow } from '../backends/tensorflow/tensorflow'
import { openWasm } from '../backends/wasm/wasm'
import { servesMatching } from './matching-thread'
import { serveTrainer } from './trainer'

// One program for two threads, so that it can be shipped and started as one file.
if (!servesMatching()) {
  serveTrainer(({ id, arithmetic }, backends) =>
    id === 'wasm' ? openWasm() : openTensorflow({ ...requireTensorflow(backends), ...kernelsOf(arithmetic) }),
  )
}
