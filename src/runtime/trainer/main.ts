import { requireTensorflow } from '../../backends/tensorflow/installation/find'
import { openTensorflow } from '../../backends/tensorflow/tensorflow'
import { serveTrainer } from './trainer'

serveTrainer((backends) => openTensorflow(requireTensorflow(backends)))
