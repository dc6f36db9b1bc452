import { accuracySpec } from '../../../src/report/figures/accuracy'
import { earlyStopSpec } from '../../../src/report/figures/early-stop'
import type { PlotSpec } from '../../../src/report/figures/figure'
import { learningCurvesSpec } from '../../../src/report/figures/learning-curves'
import { liveSpec } from '../../../src/report/figures/live'
import { matchingSpec } from '../../../src/report/figures/matching'
import { subnetworkErrorSpec } from '../../../src/report/figures/subnetwork-error'
import { instabilitySpec, lineSpec, liveInstabilitySpec } from '../../../src/report/figures/instability'
import type { TrainingInProgress } from '../../../src/experiments/in-progress'
import { sampleAnalysis } from './sample-lines'
import { sampleComparison, sampleDensity, sampleSeries, withoutValidation } from './sample'
import { sampleWatched, watchedNow } from './sample-watched'
import { histogramPlot } from '../../../src/report/figures/histogram'
import { overlapPlot } from '../../../src/report/figures/overlap'
import { accuracyAtPlot } from '../../../src/report/figures/accuracy-at'
import { spreadOver } from '../../../src/experiments/spread'

const live = { title: 'IMP lenet-mnist', progress: 'level 0 of 8', densities: [0, 1, 2].map(sampleDensity) }

const someWithout = [sampleSeries(), withoutValidation(sampleSeries({ network: 'conv2-cifar10' }))]

/** A training whose network is evaluated on test examples only. */
const blindly = (training: TrainingInProgress): TrainingInProgress => ({
  ...training,
  curve: training.curve.map(({ step, testLoss, testAccuracy }) => ({ step, testLoss, testAccuracy })),
})

/** A figure of each kind, in the states that it may be in. SAMPLE DATA: nothing was trained. */
export const sampleSpecs: Readonly<Record<string, PlotSpec>> = {
  'accuracy of tickets and controls': accuracySpec(sampleComparison()),
  'accuracy of one series': accuracySpec([sampleSeries({ replicates: 1 })]),
  'accuracy of nothing': accuracySpec([]),
  'early stop of tickets and controls': earlyStopSpec(sampleComparison()),
  'early stop before the first result': earlyStopSpec([sampleSeries({ finished: 0 })]),
  'learning curves': learningCurvesSpec([sampleSeries()], { levels: [0, 3, 5, 7] }),
  'learning curves of several series': learningCurvesSpec(sampleComparison()),
  'learning curves of nothing': learningCurvesSpec([sampleSeries({ finished: 0 })]),
  'live, no point': liveSpec([sampleSeries({ finished: 0 })], live),
  'live, one point': liveSpec([sampleSeries({ finished: 1 })], live),
  'live, many points': liveSpec([sampleSeries()], live),
  'live, more series than colours': liveSpec(
    Array.from({ length: 8 }, () => sampleSeries()),
    live,
  ),
  'live, the first evaluation': liveSpec([sampleSeries({ finished: 0 })], {
    ...live,
    watched: watchedNow(sampleWatched({ rows: 1 })),
  }),
  'live, several trainings': liveSpec(sampleComparison({ finished: 3 }), {
    ...live,
    watched: watchedNow(sampleWatched({ level: 2 }), sampleWatched({ level: 3, replicate: 2 })),
  }),
  'live, more trainings than colours': liveSpec([sampleSeries()], {
    ...live,
    watched: watchedNow(...Array.from({ length: 9 }, (_, index) => sampleWatched({ replicate: index + 1 }))),
  }),
  'live, between two trainings': liveSpec([sampleSeries()], { ...live, watched: watchedNow() }),
  'error on the line': lineSpec([sampleAnalysis()]),
  'error on the line of subnetworks': lineSpec([
    sampleAnalysis({ levels: [0, 2] }),
    sampleAnalysis({ levels: [2], of: 'random-mask', steps: [0] }),
  ]),
  'error on no line': lineSpec([sampleAnalysis({ finished: 0 })]),
  'accuracy without validation': accuracySpec(sampleComparison().map(withoutValidation), {
    reference: true,
  }),
  'early stop without validation': earlyStopSpec([withoutValidation(sampleSeries())], { reference: true }),
  'accuracy of some without validation': accuracySpec(someWithout),
  'early stop of some without validation': earlyStopSpec(someWithout),
  'live, without validation': liveSpec([withoutValidation(sampleSeries())], {
    ...live,
    watched: watchedNow(blindly(sampleWatched({ level: 2 }))),
  }),
  instability: instabilitySpec([sampleAnalysis()]),
  'instability of subnetworks': instabilitySpec([
    sampleAnalysis({ levels: [0, 2] }),
    sampleAnalysis({ levels: [2], of: 'random-mask' }),
  ]),
  'instability at one k': instabilitySpec([sampleAnalysis({ steps: [0], replicates: 1 })]),
  'instability before the first line': instabilitySpec([sampleAnalysis({ finished: 0 })]),
  'accuracy with published values': accuracySpec(sampleComparison(), { reference: true }),
  'accuracy with published values, of nothing': accuracySpec([sampleSeries({ finished: 0 })], {
    reference: true,
  }),
  'accuracy of several variants': accuracySpec([
    ...sampleComparison(),
    ...sampleComparison({ network: 'conv2-cifar10' }),
    ...sampleComparison({ network: 'conv4-cifar10' }),
  ]),
  'early stop with published values': earlyStopSpec(sampleComparison(), { reference: true }),
  'learning curves of several variants': learningCurvesSpec([
    sampleSeries(),
    sampleSeries({ network: 'conv2-cifar10' }),
  ]),
  'error on lines and curves': lineSpec([sampleAnalysis({ curve: true })]),
  'instability with published values': instabilitySpec([sampleAnalysis({ levels: [0, 2] })], {
    reference: true,
  }),
  matching: matchingSpec([
    sampleAnalysis({ levels: [0, 2, 4] }),
    sampleAnalysis({ levels: [2, 4], of: 'random-mask' }),
  ]),
  'matching at one point': matchingSpec([sampleAnalysis({ levels: [2], steps: [0], replicates: 1 })], {
    reference: true,
  }),
  'matching of nothing': matchingSpec([sampleAnalysis({ levels: [2], finished: 0 })]),
  'error of subnetworks': subnetworkErrorSpec([
    sampleAnalysis({ levels: [0, 2, 4] }),
    sampleAnalysis({ levels: [2, 4], of: 'random-mask' }),
  ]),
  'error of no subnetwork': subnetworkErrorSpec([sampleAnalysis({ levels: [2], finished: 0 })]),
  'live instability': liveInstabilitySpec(sampleAnalysis({ levels: [0, 2] }), { progress: '3 of 20 tasks' }),
  'live instability, in training': liveInstabilitySpec(sampleAnalysis({ levels: [0, 2], curve: true }), {
    watched: watchedNow(sampleWatched({ copy: { step: 100, order: 2 } })),
  }),
  'live instability, one line': liveInstabilitySpec(sampleAnalysis({ finished: 1 }), {}),
  'live instability, no line': liveInstabilitySpec(sampleAnalysis({ finished: 0 }), {
    progress: '0 of 20 tasks',
  }),
  'accuracy at some steps': accuracyAtPlot(sampleComparison(), [1000, 2000]).spec,
  overlap: overlapPlot(
    ['tickets', 'SNIP'].map((name) => ({
      ...{ name, text: () => name },
      layers: [{ parameter: 'dense1', union: spreadOver([40, 45]), chance: spreadOver([10, 11]) }],
    })),
  ).spec,
  histogram: histogramPlot({
    ...{ name: 'weights', title: 'Weights', subtitle: 'level 1', of: 'Weight', share: 'Share (%)' },
    series: ['tickets', 'random reinit'],
    panels: [{ title: 'dense1', values: [Float32Array.of(0, 1, 1, 2), Float32Array.of(1, 3)] }],
  }).spec,
}
