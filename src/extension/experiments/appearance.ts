import type { LevelView, State } from '../../experiments/view'
import { countText } from '../../support/quantities'
import type { Group } from './arrange'
import { accuracyPercent, percent, shapeText, sizeText, spreadText } from './format'
import { hasMask, type LayerNode, type TreeNode } from './nodes'
import { isUnfinished, shownName, type KnownExperiment } from './registry'

/** How a row looks, without VS Code's types. */
export interface Appearance {
  /** Stays the same while the experiment runs, so that the tree keeps what is open and selected. */
  readonly id: string
  readonly label: string
  readonly description: string
  /** Markdown. */
  readonly tooltip: string
  /** A codicon and the theme colour it is drawn in. */
  readonly icon: string
  readonly colour?: string
  readonly expandable: boolean
  /** Whether a click opens the mask. */
  readonly opensMask: boolean
}

export function appearance(node: TreeNode): Appearance {
  switch (node.kind) {
    case 'group':
      return groupAppearance(node.group)
    case 'experiment':
      return node.experiment.kind === 'instability'
        ? analysisAppearance(node.experiment, node.apart)
        : experimentAppearance(node.experiment, node.apart)
    case 'level':
      return node.level.step === undefined
        ? levelAppearance(node.experiment, node.level)
        : copiesAppearance(node.experiment, node.level, node.level.step)
    case 'layer':
      return layerAppearance(node)
  }
}

/** Such as `levels 1–8`: controls have no level 0. */
function levelRange(levels: readonly LevelView[]): string {
  const numbers = levels.map(({ level }) => level)
  return numbers.length === 0 ? 'no levels' : `levels ${Math.min(...numbers)}–${Math.max(...numbers)}`
}

function groupAppearance({ name, experiments }: Group & { readonly name: string }): Appearance {
  const count = `${experiments.length} ${experiments.length === 1 ? 'experiment' : 'experiments'}`
  return {
    ...{ id: `group/${name}`, label: name, description: count, icon: 'folder' },
    tooltip: `${escapeMarkdown(name)}, ${count}`,
    ...{ expandable: true, opensMask: false },
  }
}

function experimentAppearance(experiment: KnownExperiment, apart?: readonly string[]): Appearance {
  const { levels, replicates, deviations, label, origin } = experiment
  const finished = levels.filter((level) => level.state === 'done').length
  const { parts } = experiment
  const progress = parts
    ? `${parts.done} of ${parts.total} rows`
    : experiment.state === 'done'
      ? levelRange(levels)
      : `${finished} of ${levels.length} levels`
  return {
    id: experiment.digest,
    label: label?.pinned ? `★ ${shownName(experiment)}` : shownName(experiment),
    // What tells it apart comes first: rows are cut off at their end.
    description: (apart ? [...apart, progress] : [progress, ...differences(experiment)]).join(' · '),
    tooltip: [
      `**${escapeMarkdown(shownName(experiment))}** (${stateText(experiment.state, experiment.here)})`,
      ...(label?.name === undefined ? [] : [escapeMarkdown(experiment.name)]),
      `Created ${localTime(experiment.createdAt)}; ${replicates} ${replicates === 1 ? 'replicate' : 'replicates'}`,
      deviations.length > 0
        ? `Differs from the paper:\n${deviations.map((text) => `- ${escapeMarkdown(text)}`).join('\n')}`
        : 'As in the paper',
      ...(origin ? [`Notebook ${escapeMarkdown(origin.notebook)}`] : []),
      `Digest \`${experiment.digest.slice(0, 12)}\``,
    ].join('\n\n'),
    ...stateIcon(experiment.state, experiment.here),
    expandable: parts === undefined,
    opensMask: false,
  }
}

/** What tells experiments of the same name apart, such as `steps 2000` and `replicates 2`. */
function differences({ replicates, deviations }: KnownExperiment): string[] {
  const short = deviations.map((deviation) => deviation.replace(/ \(paper(?:'s code)?: .*\)$/, ''))
  const named = short.some((deviation) => deviation.startsWith('replicates '))
  return named || replicates === 1 ? short : [...short, `replicates ${replicates}`]
}

function levelAppearance(experiment: KnownExperiment, level: LevelView): Appearance {
  const density = percent(level.density)
  const accuracy = level.accuracy
  return {
    id: `${experiment.digest}/${level.level}`,
    label: `Level ${level.level}`,
    description: accuracy ? `${density} · accuracy ${accuracyPercent(accuracy.mean)}` : density,
    tooltip: [
      `**Level ${level.level}** (${stateText(level.state, experiment.here)})`,
      `${density} of the prunable weights kept`,
      ...(level.size ? [sizeText(level.size)] : []),
      accuracy
        ? `Test accuracy at the end of training: ${spreadText(accuracy)}`
        : 'No training has finished yet',
    ].join('\n\n'),
    ...stateIcon(level.state, experiment.here),
    expandable: level.layers.length > 0,
    opensMask: false,
  }
}

/** An instability analysis: its rows are not levels only. */
function analysisAppearance(experiment: KnownExperiment, apart?: readonly string[]): Appearance {
  const { levels, replicates } = experiment
  const finished = levels.filter((level) => level.state === 'done').length
  const progress = `${finished} of ${levels.length} barriers`
  const appearance = experimentAppearance(experiment, apart)
  const more = apart?.filter((word) => !word.startsWith('replicates')) ?? []
  return { ...appearance, description: [...more, progress, `${replicates} replicates`].join(' · ') }
}

/** The copies that an instability analysis made of one level at step k. */
function copiesAppearance(experiment: KnownExperiment, level: LevelView, step: number): Appearance {
  const { barrier } = level
  const height = barrier && `barrier ${barrier.mean.toFixed(2)} points`
  const appearance = levelAppearance(experiment, level)
  return {
    ...appearance,
    id: `${appearance.id}/${step}`,
    label: `Level ${level.level}, k = ${step}`,
    description: [percent(level.density), ...(height ? [height] : [])].join(' · '),
    tooltip: [
      appearance.tooltip,
      barrier
        ? `Copies made at step ${step}; error barrier on the test split: ${height} ` +
          `(mean of ${barrier.count} replicates; minimum ${barrier.minimum.toFixed(2)}, maximum ${barrier.maximum.toFixed(2)})`
        : `Copies made at step ${step}; no line between them is finished yet`,
    ].join('\n\n'),
  }
}

function layerAppearance({ experiment, level, layer }: LayerNode): Appearance {
  const total = countText(layer.total)
  const fraction = layer.kept === undefined ? 'not pruned yet' : percent(layer.kept / layer.total)
  const kept = layer.kept === undefined ? total : `${countText(layer.kept)} of ${total}`
  const opensMask = hasMask(level, layer)
  return {
    id: `${experiment.digest}/${level.level}/${layer.parameter}`,
    label: layer.parameter,
    description: `${fraction} · ${shapeText(layer.shape)} · ${kept}`,
    tooltip: [
      `**${escapeMarkdown(layer.parameter)}**, ${shapeText(layer.shape)}`,
      layer.kept === undefined
        ? `${total} weights; layers are ranked together, so how many are kept is known when they are pruned`
        : `${kept} weights kept (${fraction}), ${countText(layer.total - layer.kept)} pruned`,
      opensMask ? 'Click to see the mask' : 'The mask is not computed yet',
    ].join('\n\n'),
    icon: opensMask ? 'layers' : 'circle-outline',
    expandable: false,
    opensMask,
  }
}

/** The store cannot tell whether what is unfinished there runs in another process or was given up. */
function stateIcon(state: State, here: boolean): { icon: string; colour?: string } {
  if (!here && isUnfinished(state)) return { icon: 'history' }
  switch (state) {
    case 'waiting':
      return { icon: 'circle-outline' }
    case 'running':
      return { icon: 'sync~spin' }
    case 'done':
      return { icon: 'pass', colour: 'testing.iconPassed' }
    case 'failed':
      return { icon: 'error', colour: 'testing.iconFailed' }
    case 'cancelled':
      return { icon: 'circle-slash', colour: 'disabledForeground' }
  }
}

/** A state as people read it. */
function stateText(state: State, here: boolean): string {
  if (!here && isUnfinished(state)) return 'not finished; it does not run in this window'
  switch (state) {
    case 'done':
      return 'finished'
    // By whom and for what the store does not say: cancelled, interrupted, or at a time limit.
    case 'cancelled':
      return 'stopped before its end; its cell, run again, goes on with it'
    case 'waiting':
    case 'running':
    case 'failed':
      return state
  }
}

function localTime(iso: string): string {
  const time = new Date(iso)
  return Number.isNaN(time.getTime()) ? iso : time.toLocaleString()
}

function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!<>|]/g, '\\$&')
}
