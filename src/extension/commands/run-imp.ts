import { commands, ThemeIcon } from 'vscode'
import { commands as ids } from '../contributions'
import type { Services } from '../services'
import { impCell, wholeNumberProblem, type ImpChoices } from '../notebook/cells'
import { knownPresets } from './known-presets'
import { runInNotebook } from './notebooks'
import { workOf, type PresetItem } from './preset-items'
import { askText, pick, type Answer } from './steps'

const title = 'Iterative Magnitude Pruning'

/** What each number is, with its range and what is proposed. */
const numbers = [
  { name: 'levels', prompt: 'How many times to prune: 8 leave 17% of LeNet', minimum: 1, maximum: 100 },
  { name: 'replicates', prompt: 'Repetitions with other seeds', minimum: 1, maximum: 100 },
  {
    name: 'steps',
    prompt: 'Training steps of each network',
    minimum: 1,
    maximum: 10_000_000,
  },
] as const

/** Asks for network, levels, replicates and steps, writes the cell and runs it. */
export async function runImp(services: Services): Promise<void> {
  const choices = await askChoices(services)
  if (choices) await runInNotebook(impCell(choices))
}

async function askChoices(services: Services): Promise<ImpChoices | undefined> {
  const presets = (await knownPresets(services)).map(({ item }) => item)
  let choices: ImpChoices = { preset: presets[0]!.label, levels: 8, replicates: 2, steps: 2000 }
  let step = 0
  while (step <= numbers.length) {
    const answer = await askStep(step, choices, presets)
    switch (answer.kind) {
      case 'dismissed':
        return undefined
      case 'back':
        step--
        break
      case 'answer': {
        const number = numbers[step - 1]
        choices = number
          ? { ...choices, [number.name]: Number(answer.value) }
          : { ...choices, preset: answer.value }
        step++
      }
    }
  }
  return choices
}

const install = { iconPath: new ThemeIcon('cloud-download'), tooltip: 'Install the dataset' }

function askStep(step: number, choices: ImpChoices, presets: readonly PresetItem[]): Promise<Answer<string>> {
  const question = { title, step: step + 1, of: numbers.length + 1 }
  const number = numbers[step - 1]
  if (!number) {
    const items = presets.map((item) => ({ ...item, ...(item.missing ? { buttons: [install] } : {}) }))
    return pick(question, items, choices.preset, (label) => {
      const { missing } = presets.find((item) => item.label === label) ?? {}
      if (missing) void commands.executeCommand(ids.installDataset, missing)
    })
  }
  const { name, prompt, minimum, maximum } = number
  const { levels, replicates } = choices
  const paper = presets.find(({ label }) => label === choices.preset)?.detail.split(' · ')[1]
  const cost =
    name === 'steps'
      ? ` (the paper: ${paper}). ${workOf(levels, replicates, choices.steps)} with what is proposed`
      : ''
  return askText({ ...question, prompt: `${name}: ${prompt}${cost}` }, String(choices[name]), (text) =>
    wholeNumberProblem(text, minimum, maximum),
  )
}
