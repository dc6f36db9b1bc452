import { requireTensorflow } from '../backends/tensorflow/installation/find'
import { kernelsOf } from '../backends/tensorflow/arithmetic'
import { openTensorflow } from '../backends/tensorflow/tensorflow'
import { openWasm } from '../backends/wasm/wasm'
import { serveTrainer } from './trainer'

serveTrainer(({ id, arithmetic }, backends) =>
  id === 'wasm' ? openWasm() : openTensorflow({ ...requireTensorflow(backends), ...kernelsOf(arithmetic) }),
)
