import { requireNative } from '../backends/native/installation'
import { openNative } from '../backends/native/native'
import { requireTensorflow } from '../backends/tensorflow/installation/find'
import { kernelsOf } from '../backends/tensorflow/arithmetic'
import { openTensorflow } from '../backends/tensorflow/tensorflow'
import { openWasm } from '../backends/wasm/wasm'
import { servesMatching } from './matching-thread'
import { serveTrainer } from './trainer'

// One program for two threads, so that it can be shipped and started as one file.
if (!servesMatching()) {
  serveTrainer(({ id, arithmetic }, backends) => {
    switch (id) {
      case 'wasm':
        return openWasm()
      case 'native':
        return openNative(requireNative(backends).binding)
      case 'tensorflow':
        return openTensorflow({ ...requireTensorflow(backends), ...kernelsOf(arithmetic) })
    }
  })
}
