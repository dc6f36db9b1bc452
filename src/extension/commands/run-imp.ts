import { impCell, wholeNumberProblem, type ImpChoices } from '../notebook/cells'
import { runInNotebook } from './notebooks'
import { askText, pick, type Answer } from './steps'

const title = 'Iterative Magnitude Pruning'

/** What each number is, with its range and what is proposed. */
const numbers = [
  { name: 'levels', prompt: 'How many times to prune: 8 leave 17% of LeNet', minimum: 1, maximum: 100 },
  { name: 'replicates', prompt: 'Repetitions with other seeds', minimum: 1, maximum: 100 },
  {
    name: 'steps',
    prompt: 'Training steps of each network (the paper trains LeNet for 50,000)',
    minimum: 1,
    maximum: 10_000_000,
  },
] as const

/** Asks for network, levels, replicates and steps, writes the cell and runs it. */
export async function runImp(): Promise<void> {
  const choices = await askChoices()
  if (choices) await runInNotebook(impCell(choices))
}

async function askChoices(): Promise<ImpChoices | undefined> {
  const { publishedPresetNames: presetNames } = await import('../../lab/asked/presets')
  let choices: ImpChoices = { preset: presetNames[0]!, levels: 8, replicates: 2, steps: 2000 }
  let step = 0
  while (step <= numbers.length) {
    const answer = await askStep(step, choices, presetNames)
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

function askStep(step: number, choices: ImpChoices, presets: readonly string[]): Promise<Answer<string>> {
  const question = { title, step: step + 1, of: numbers.length + 1 }
  const number = numbers[step - 1]
  if (!number) {
    const items = presets.map((label) => ({ label, description: 'network, data and hyperparameters' }))
    return pick(question, items, choices.preset)
  }
  const { name, prompt, minimum, maximum } = number
  return askText({ ...question, prompt: `${name}: ${prompt}` }, String(choices[name]), (text) =>
    wholeNumberProblem(text, minimum, maximum),
  )
}
