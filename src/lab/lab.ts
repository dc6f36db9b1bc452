import { type Lab, type Costed, type CostOf, type NetworkOptions } from './api'
import { ownSetup, presetNames, setupOf, type BackendFor } from './asked/presets'
import { imp, oneShot } from '../experiments/imp'
import type { Setup } from '../experiments/setup'
import { instability } from '../experiments/instability'
import { createRunner, type Runner } from './running/runner'
import { costOf } from './cost/plan'
import { InstabilityResults } from './results/instability-results'
import { checkInstability } from './asked/instability-options'
import type { LearningCurvesOptions } from '../report/figures/learning-curves'
import {
  atLeastZero,
  checkOptions,
  nameIn,
  trueOrFalse,
  wholeNumbers,
  type Check,
  type Checks,
} from '../support/options'
import { badInput } from '../support/errors'
import { checkControl } from './asked/control-options'
import { checkPruning, checkVariants, type VariantsOptions } from './asked/pruning-options'
import type { Results } from './results/results'
import { ownLadder } from './steps/own-ladder'
import {
  checkAnalyses,
  checkOverlaps,
  checkPlanes,
  checkRecorded,
  checkResults,
  checkSubnetworks,
  isOf,
  splitOptions,
} from './asked/given-results'
import { plan } from './steps/plan'
import { degreesPlot, weightsPlot } from './steps/histograms'
import { createSteps } from './steps/steps'
import { NetworkWeights, TrainedNetwork } from './steps/weights'
import { secondsOf } from './results/timing'
import { storedTickets } from './stored'
import { openStoreView } from '../store/store'
import { evaluate, trainedIn, weightsOf, type EvaluateOptions } from './results/evaluations'
import { accuracyAtPlot, type AccuracyChoice } from '../report/figures/accuracy-at'
import { accuracyPlot, earlyStopPlot, learningCurvesPlot } from '../report/figures/plot'
import { instabilityPlot, linePlot } from '../report/figures/instability'
import { overlapPlot } from '../report/figures/overlap'
import { matchingPlot } from '../report/figures/matching'
import { barNames, type BarsChoice } from '../report/figures/bars'
import type { ReferenceChoice } from '../report/figures/reference'
import { xAxes } from '../report/figures/x-axis'
import { planePlot, type PlaneChoice } from '../report/figures/plane'
import { subnetworkErrorPlot } from '../report/figures/subnetwork-error'
import { shownAs } from '../report/display'
import { type LabHost } from './host'
import { networkTable, setupText } from '../report/words/summary'
import { html, markdown, svg } from '../report/showing/content'
import { tableBundle } from '../report/showing/table'
import { tidyTable } from '../report/showing/tidy-table'
import type { SplitName } from '../tasks/tasks'
import { chooseBackend } from '../backends/choose'
import type { OwnArrays } from '../datasets/own'
import { paddedAsInPyTorch } from '../networks/change'
import { networkOf } from '../networks/describe'
import type { Network } from '../networks/network'
import { hasConvolutions } from '../networks/parameters'
import { createDataset, type LabelOptions, type NpzOptions } from './asked/dataset-options'
import { checkHere, splitWhere, type WhereOptions } from './asked/where-options'
import type { FolderOptions } from './asked/folder-options'
import { imageProgress } from './running/image-progress'

const splits: Readonly<Record<SplitName, true>> = { train: true, validation: true, test: true }

/**
 * Makes the `lab` that cells see. Loads nothing heavy: TensorFlow is loaded by trainers only.
 * @param runner what its experiments are given to
 */
export function createLab(host: LabHost, runner: Runner = createRunner(host)): Lab {
  const backendFor: BackendFor = (network, choice = host.backend ?? 'auto') =>
    chooseBackend(choice, host.backends, hasConvolutions(network))
  return {
    presets: presetNames,

    show: (...values) => values.forEach((value) => host.show(value)),
    html,
    markdown,
    svg,

    preset: (name, options) =>
      shownAs(setupOf(name, options, backendFor), (setup) => ({ 'text/plain': setupText(setup) })),
    setup: (options) =>
      shownAs(ownSetup(options, backendFor), (setup) => ({ 'text/plain': setupText(setup) })),
    network: (description, options) =>
      shownAs(paddedBy(networkOf(description), options), (network) => tableBundle(networkTable(network))),
    dataset: (source: OwnArrays | string, options?: NpzOptions | LabelOptions | FolderOptions) =>
      createDataset(source, options, undefined, imageProgress(host)),

    async imp(setup, given) {
      const { where, options } = splitWhere(given, host.runs)
      const { setup: checked, levels, scores } = checkPruning(setup, options, 'lab.imp')
      const experiment = imp(checked, levels)
      if (!scores) return runner.run(experiment, [], where)
      checkHere(given, 'lab.imp')
      return runner.runGrowing(ownLadder({ kind: 'imp', setup: checked, levels, scores }), experiment)
    },

    async oneShot(setup, given) {
      const { where, options } = splitWhere(given, host.runs)
      const { setup: checked, levels, scores } = checkPruning(setup, options, 'lab.oneShot')
      const experiment = oneShot(checked, levels)
      if (!scores) return runner.run(experiment, [], where)
      checkHere(given, 'lab.oneShot')
      return runner.runGrowing(ownLadder({ kind: 'one-shot', setup: checked, levels, scores }), experiment)
    },

    async variants<Name extends string>(
      setups: Readonly<Record<Name, Setup>>,
      given: VariantsOptions & WhereOptions,
    ) {
      const { where, options } = splitWhere(given, host.runs)
      const variants = checkVariants(setups, options)
      const results = await runner.runAll(
        variants.map(({ experiment }) => experiment),
        where,
      )
      const byName = Object.fromEntries(variants.map(({ name }, index) => [name, results[index]!]))
      return shownAs(byName as Record<Name, Results>, (all) =>
        tableBundle(...Object.values<Results>(all).map((one) => one.table())),
      )
    },

    async control(tickets, kind, given) {
      const { where, options } = splitWhere(given, host.runs)
      const [checked] = checkResults([tickets], 'lab.control')
      return runner.run(checkControl(checked!, kind, options), [checked!.series], where)
    },

    async instability(networks, given) {
      const { where, options } = splitWhere(given, host.runs)
      const { setup, options: checked, thresholds } = checkInstability(networks, options)
      return runner.runInstability(instability(setup, checked), thresholds, where)
    },

    stored: (experiment) => storedTickets(openStoreView(host.store), experiment),

    ...createSteps(runner),

    cost: async <Method extends Costed>(method: Method, ...given: readonly unknown[]) =>
      (await costOf(host, method, given, (planner) => createLab(host, planner))) as CostOf<Method>,

    async evaluate(networks, options) {
      const candidates =
        isOf(NetworkWeights, networks) && !isOf(TrainedNetwork, networks)
          ? weightsOf(networks[plan])
          : trainedIn(checkResults([networks], 'lab.evaluate')[0]!.experiment)
      const { split = 'test' } = checkOptions<EvaluateOptions>(
        options,
        { split: nameIn(splits, 'split') },
        'lab.evaluate',
      )
      if (split === 'validation' && candidates.setup.dataset.validation === 0) {
        throw badInput('a split with examples in lab.evaluate', "'validation', for which none are held out")
      }
      return evaluate(runner, candidates, split)
    },

    plot: {
      accuracy(...given) {
        const { results, options } = splitOptions(given)
        const { at, reference, bars, x } = checkOptions<AccuracyChoice>(
          options,
          { at: stepOrSteps, x: nameIn(xAxes, 'x axis'), ...drawnChecks },
          'lab.plot.accuracy',
        )
        const series = seriesOf(results, 'lab.plot.accuracy')
        const drawn = { ...(bars === undefined ? {} : { bars }), ...(x === undefined ? {} : { x }) }
        if (reference && x !== undefined && x !== 'remaining') {
          throw badInput(
            'either x or reference in lab.plot.accuracy',
            'both',
            'Published values are at percentages of weights remaining.',
          )
        }
        if (at === undefined)
          return accuracyPlot(series, { ...drawn, ...(reference === undefined ? {} : { reference }) })
        if (!reference) return accuracyAtPlot(series, [at].flat(), drawn)
        throw badInput(
          'either at or reference in lab.plot.accuracy',
          'both',
          'Published values are at early stop and at the end.',
        )
      },
      earlyStop(...given) {
        const { results, choice } = withReference(given, 'lab.plot.earlyStop')
        return earlyStopPlot(seriesOf(results, 'lab.plot.earlyStop'), choice)
      },
      learningCurves(...given) {
        const { results, options } = splitOptions(given)
        const choice = checkOptions<LearningCurvesOptions>(
          options,
          { levels: wholeNumbers, from: atLeastZero, bars: drawnChecks.bars },
          'lab.plot.learningCurves',
        )
        return learningCurvesPlot(seriesOf(results, 'lab.plot.learningCurves'), choice)
      },
      line: (...results) => linePlot(checkAnalyses(results, 'lab.plot.line')),
      instability(...given) {
        const { results, choice } = withReference(given, 'lab.plot.instability')
        return instabilityPlot(checkAnalyses(results, 'lab.plot.instability'), choice)
      },
      matching(...given) {
        const { results, choice } = withReference(given, 'lab.plot.matching')
        return matchingPlot(checkSubnetworks(results, 'lab.plot.matching'), choice)
      },
      overlap: (...overlaps) => overlapPlot(checkOverlaps(overlaps)),
      weights: (...networks) => weightsPlot(networks),
      degrees: (...masks) => degreesPlot(masks),
      plane(...given) {
        const { results, options } = splitOptions(given)
        const of = 'lab.plot.plane'
        const measures = { error: true, loss: true } as const
        const choice = checkOptions<PlaneChoice>(options, { of: nameIn(measures, 'measure') }, of)
        return planePlot(checkPlanes(results), choice)
      },
      subnetworkError(...given) {
        const { results, options } = splitOptions(given)
        const of = 'lab.plot.subnetworkError'
        const choice = checkOptions<BarsChoice>(options, { bars: drawnChecks.bars }, of)
        return subnetworkErrorPlot(checkSubnetworks(results, of), choice)
      },
    },

    table: (...results) => tidyTable(checkRecorded(results, 'lab.table')),
    async seconds(...results) {
      const experiments = results.map((one: unknown) =>
        isOf(InstabilityResults, one) ? one.experiment : checkResults([one], 'lab.seconds')[0]!.experiment,
      )
      return secondsOf(experiments, openStoreView(host.store))
    },
    cancel: (run) => runner.cancel(run),
    toBackground: (run) => runner.toBackground(run),
    close: () => runner.close(),
  }
}

function paddedBy(network: Network, options: unknown): Network {
  const paddings = { same: true, pytorch: true } as const
  const checks: Checks<NetworkOptions> = { padding: nameIn(paddings, 'padding') }
  const { padding } = checkOptions<NetworkOptions>(options, checks, 'lab.network')
  return padding === 'pytorch' ? paddedAsInPyTorch(network) : network
}

function seriesOf(results: readonly unknown[], of: string): Results['series'][] {
  return checkResults(results, of).map(({ series }) => series)
}

const stepOrSteps: Check<readonly number[]> = (value, name) => {
  const steps = wholeNumbers(Array.isArray(value) ? value : [value], name)
  if (steps.length === 0) throw badInput(`one or more steps in ${name}`, 'none')
  return steps
}

const drawnChecks: Checks<ReferenceChoice & BarsChoice> = {
  reference: trueOrFalse,
  bars: nameIn(barNames, 'kind of bars'),
}

function withReference(given: readonly unknown[], of: string) {
  const { results, options } = splitOptions(given)
  return { results, choice: checkOptions<ReferenceChoice & BarsChoice>(options, drawnChecks, of) }
}
