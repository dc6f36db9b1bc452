import { requireTensorflow } from '../../backends/tensorflow/installation/find'
import { openTensorflow } from '../../backends/tensorflow/tensorflow'
import { openWasm } from '../../backends/wasm/wasm'
import { serveTrainer } from './trainer'

serveTrainer((id, backends) => (id === 'wasm' ? openWasm() : openTensorflow(requireTensorflow(backends))))
