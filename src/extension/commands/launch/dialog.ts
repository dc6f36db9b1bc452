import { CancellationTokenSource, commands, ThemeIcon, window, type QuickPickItem } from 'vscode'
import type { AskedExperiment } from '../../../lab/assistant/asked'
import type { ToldCost } from '../../../lab/assistant/planned'
import { askTool } from '../../assistant/ask-tool'
import { currentSettings } from '../../configuration'
import { commands as ids } from '../../contributions'
import type { Services } from '../../services'
import { ask, askText, type Answer } from '../steps'
import { costWords } from './cost-words'
import type { Answers, Item, Known, Question } from './questions'

/** What becomes of the cell: it is run, by the kernel or a worker of its own, or only written. */
export type Where = 'here' | 'background' | 'nowhere'

interface Place {
  readonly step: number
  readonly of: number
}

const title = 'Run Experiment'

interface Shown extends QuickPickItem {
  readonly item: Item
}

/** Asks one question. @param former what was answered before the user went back */
export async function askQuestion(
  question: Question,
  place: Place,
  former: string | readonly string[] | undefined,
): Promise<Answer<string | readonly string[]>> {
  if (question.ask === 'text') {
    const usual = typeof former === 'string' ? former : question.usual
    const answer = await askText({ title, ...place, prompt: question.prompt }, usual, question.problem)
    return answer.kind === 'answer' ? { ...answer, value: answer.value.trim() } : answer
  }
  const input = window.createQuickPick<Shown>()
  const items = question.items.map((item) => shown(item))
  const usual = former ?? question.usual
  input.items = items
  input.placeholder = question.prompt
  input.matchOnDescription = true
  input.matchOnDetail = true
  input.onDidTriggerItemButton(({ item }) => void installFor(item.item))
  if (question.ask === 'many') {
    input.canSelectMany = true
    input.selectedItems = items.filter(({ item }) => usual?.includes(item.value))
    const { least } = question
    return ask(input, { title, ...place }, () =>
      input.selectedItems.length < least ? undefined : input.selectedItems.map(({ item }) => item.value),
    )
  }
  input.activeItems = items.filter(({ item }) => item.value === usual)
  return ask(input, { title, ...place }, () => input.activeItems[0]?.item.value)
}

const install = { iconPath: new ThemeIcon('cloud-download'), tooltip: 'Install the dataset' }

function shown(item: Item): Shown {
  const { label, description, detail, missing } = item
  return {
    ...{ item, label },
    ...(description === undefined ? {} : { description }),
    ...(detail === undefined ? {} : { detail }),
    ...(missing ? { buttons: [install] } : {}),
  }
}

async function installFor({ missing }: Item): Promise<void> {
  if (missing) await commands.executeCommand(ids.installDataset, missing)
}

/** Tells what it would cost, as that becomes known, and asks what is to become of the cell. */
export async function askWhere(
  services: Services,
  asked: AskedExperiment,
  place: Place,
  { presets }: Known,
  { preset }: Answers,
): Promise<Answer<Where>> {
  const input = window.createQuickPick<Shown>()
  const missing = presets.find(({ item }) => item.label === preset)?.item.missing
  const tell = (cost: string): void => {
    // New items take the choice away from the old ones.
    const active = input.activeItems[0]?.item.value ?? 'here'
    input.items = choices(cost, missing).map(shown)
    input.activeItems = input.items.filter(({ item }) => item.value === active)
  }
  input.placeholder = 'Where to compute it'
  input.keepScrollPosition = true
  input.matchOnDetail = true
  input.onDidTriggerItemButton(({ item }) => void installFor(item.item))
  input.busy = true
  tell('estimating…')
  const leaving = new CancellationTokenSource()
  const { backend, trainers } = currentSettings()
  const request = { asked, trainers, ...(backend ? { backend } : {}) }
  askTool(services, 'cost', request, leaving.token, (line) => {
    tell(costWords(JSON.parse(line) as ToldCost))
  })
    .catch((error: unknown) => {
      if (!leaving.token.isCancellationRequested)
        tell(`not known. ${error instanceof Error ? error.message : String(error)}`)
    })
    .finally(() => {
      if (!leaving.token.isCancellationRequested) input.busy = false
    })
  try {
    return await ask(input, { title, ...place }, () => input.activeItems[0]?.item.value as Where | undefined)
  } finally {
    leaving.cancel()
    leaving.dispose()
  }
}

function choices(cost: string, missing: Item['missing']): readonly Item[] {
  return [
    {
      ...{ value: 'here', label: '$(play) Run Here', detail: `Cost: ${cost}` },
      description: 'in this notebook’s kernel; ends when the kernel does',
      ...(missing ? { missing } : {}),
    },
    {
      value: 'background',
      label: '$(server-process) Run in the Background',
      description: 'goes on when the window is closed',
    },
    {
      value: 'nowhere',
      label: '$(edit) Only Write the Cell',
      description: 'to change it, and to run it later',
    },
  ]
}
