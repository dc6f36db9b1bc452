import type { NotebookDocument } from 'vscode'
import { badInput, TicketLabError } from '../../../support/errors'
import { isPlain } from '../../../support/plain'
import type { Experiments } from '../../experiments/model'
import { cellLanguage } from '../../notebook/identity'
import type { Services } from '../../services'
import { append, openNotebook, ourNotebook, run } from '../notebooks'
import { currentSettings } from '../../configuration'
import { askedFrom } from './asked'
import { askQuestion, askWhere, type Where } from './dialog'
import { lookAround } from './known'
import { questionsFor, type Answers, type Known } from './questions'

/** What is known already, so that it is not asked. */
export interface Given {
  readonly answers?: Answers
  readonly where?: Where
  /** The notebook that the cell is put into; by default the one in front, if it is ours, or a new one. */
  readonly notebook?: NotebookDocument | undefined
}

/**
 * Asks what to run, one question after the other with a way back, tells what it would cost, writes the cell, and runs it.
 * @throws TicketLabError `bad-input` for answers that were given and do not fit
 */
export async function runExperiment(
  services: Services,
  experiments: Experiments,
  argument?: unknown,
): Promise<void> {
  const given = givenIn(argument)
  const known = await lookAround(services, experiments)
  const told = await askAll(services, known, given)
  if (!told) return
  const { answers, where } = told
  const notebook = given.notebook ?? ourNotebook() ?? (await openNotebook([]))
  const cell = await append(notebook, {
    ...{ kind: 'code', language: cellLanguage },
    text: await cellFor(answers, where, known, notebook),
  })
  if (where !== 'nowhere') await run(cell)
}

async function askAll(
  services: Services,
  known: Known,
  given: Given,
): Promise<{ readonly answers: Answers; readonly where: Where } | undefined> {
  let answers = checked(given.answers ?? {}, known)
  /** Those that were asked, in order: the way back. */
  const asked: (keyof Answers)[] = []
  /** What was answered before the user went back. */
  let former: Answers = {}
  for (;;) {
    const all = questionsFor(answers, known)
    const open = all.find(({ id }) => answers[id] === undefined)
    const place = {
      step: asked.length + 1,
      of: asked.length + all.filter(({ id }) => answers[id] === undefined).length + 1,
    }
    if (!open && given.where) return { answers, where: given.where }
    const answer = open
      ? await askQuestion(open, place, former[open.id])
      : await askWhere(services, askedFrom(answers, known), place, known, answers)
    switch (answer.kind) {
      case 'dismissed':
        return undefined
      case 'back': {
        const last = asked.pop()
        if (last === undefined) return undefined
        former = answers
        answers = { ...answers, [last]: undefined }
        break
      }
      case 'answer':
        if (!open) return { answers, where: answer.value as Where }
        answers = { ...answers, [open.id]: answer.value }
        asked.push(open.id)
    }
  }
}

/** Menus pass on things of their own. */
export function givenIn(argument: unknown): Given {
  return isPlain(argument) && ('answers' in argument || 'where' in argument) ? argument : {}
}

/** @throws TicketLabError `bad-input` for a preset or an experiment that there is not */
function checked(answers: Answers, { presets, experiments }: Known): Answers {
  const { kind, preset, of } = answers
  if (preset !== undefined && !presets.some(({ item }) => item.label === preset)) {
    throw new TicketLabError('bad-input', `There is no preset ${preset}.`)
  }
  if (of === undefined) return answers
  const tickets = experiments.find(({ digest }) => digest === of)
  if (!tickets) {
    throw new TicketLabError(
      'bad-input',
      `The experiment ${of.slice(0, 12)} was not run to its end, or an earlier version kept it. Run its cell again first.`,
    )
  }
  if (kind === 'control' && !tickets.isControllable) {
    throw badInput('tickets of lab.imp or lab.oneShot that are rewound, to control for', tickets.label)
  }
  if (kind === 'instabilityOfTickets' && !tickets.isAnalysable) {
    throw badInput('networks of lab.imp, lab.oneShot or lab.control to analyse', tickets.label)
  }
  return answers
}

async function cellFor(
  answers: Answers,
  where: Where,
  known: Known,
  notebook: NotebookDocument,
): Promise<string> {
  const { cellOf } = await import('../../../lab/assistant/cell')
  const { runs = 'here' } = currentSettings()
  const of = known.experiments.find(({ digest }) => digest === answers.of)
  const texts = notebook.getCells().map(({ document }) => document.getText())
  return cellOf(askedFrom(answers, known), {
    ...(where === 'nowhere' || where === runs ? {} : { run: where }),
    ...(of ? { called: of.label } : {}),
    isTaken: (name) => texts.some((text) => declares(text, name)),
  })
}

/** Whether a cell has a variable of that name, or seems to. */
function declares(text: string, name: string): boolean {
  return new RegExp(`\\b(?:const|let|var|function|class|async)\\b[^\\n=(]*\\b${name}\\b`).test(text)
}
