import { dirname } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { CellName } from './cell-names'
import type { CompiledCell } from './cell-source'
import { createEvaluator, type Evaluated } from './evaluate'
import { createImporter } from './imports'
import { isDisplayable } from '../report/display'
import { cellLine, scriptName, tellStacks, type StackContext } from './frames'
import type { LabGlobal } from './lab-global'
import { isLookedFor, namesOfGlobals } from './global-names'
import type { Outputs } from './output'
import type { Outcome, Variable } from './protocol'
import type { QueuedCell } from './queue'
import { importFunction, importMeta, scriptHelpers, showFunction } from './script-globals'
import type { Showing } from './show'
import { attempt, describeThrown, withUserNames, type CellError } from './stack'
import type { CellSyntaxError, Place } from './typescript'
import { describeVariables } from './variables'

/** Runs cells, one at a time, in this process. */
export interface CellRunner {
  /**
   * Runs a cell to its end, or until `signal` is aborted: then what it awaits is left alone. Never rejects.
   */
  run(cell: QueuedCell, signal: AbortSignal): Promise<Outcome>
  /** Tells an error as a cell would. */
  describe(thrown: unknown): CellError
  /** What cells have declared so far. */
  variables(): Promise<readonly Variable[]>
  /** The notebook is in another folder from now on. */
  move(folder: string): void
}

/**
 * @param program the kernel's own file
 * @param folder the notebook's folder, from which imports are resolved
 * @param terminations see `createEvaluator`
 */
export function createCellRunner(
  program: string,
  folder: string,
  outputs: Outputs,
  showing: Showing,
  lab: LabGlobal,
  terminations: () => number,
): CellRunner {
  const evaluator = createEvaluator(terminations)
  let place = folder
  let moveImporter: (folder: string) => void = () => undefined
  const compiled = new Map<number, CompiledCell>()
  let names: ReadonlyMap<string, CellName> = new Map()
  const offer = (value: unknown): void => {
    if (isDisplayable(value)) showing.show(value)
  }
  const context: StackContext = {
    original: (count, place) => compiled.get(count)?.original(place) ?? place,
    missing: (count, place, name) => compiled.get(count)?.missing(place, name) ?? place,
    internals: dirname(program),
    userNames: (text) => withUserNames(text, names),
  }
  tellStacks(context)
  // TypeScript is by far the largest part: it loads while the first cell is still on its way.
  const compiler = import('./cell-source').then(async (source) => {
    const { importsOf, moduleFromTypeScript } = await import('./typescript')
    const importer = createImporter(place, program, moduleFromTypeScript, importsOf)
    moveImporter = importer.move
    const helpers = {
      ...scriptHelpers,
      [importFunction]: importer.load,
      [importMeta]: importer.meta,
      [showFunction]: offer,
      require: importer.require,
    }
    for (const [name, value] of Object.entries(helpers)) defineHidden(name, value)
    const globals = namesOfGlobals()
    return (cell: QueuedCell) =>
      source.compileCell(
        cell.code,
        scriptName(cell.count),
        { declared: names, isBuiltIn: (name) => globals.has(name), isLookedFor },
        cell.file,
      )
  })
  compiler.catch(() => undefined) // Told by the first cell, which awaits it.

  const evaluate = async (cell: QueuedCell, signal: AbortSignal): Promise<Outcome> => {
    const script = (await compiler)(cell)
    if (/\blab\b|\bimport\b|\brequire\b/.test(cell.code)) await lab.load()
    // A cell that was interrupted while it was made ready must not begin: nobody would end it.
    if (signal.aborted) return { kind: 'interrupted' }
    compiled.set(cell.count, script)
    showing.begin(cell.execution)
    const before = names
    names = new Map([...before, ...script.names])
    const ended = await evaluator.evaluate(script.javascript)
    // A script that V8 does not understand declares nothing.
    if (ended.kind === 'thrown' && ended.place && !(await evaluator.knows(script.names))) names = before
    if (ended.kind !== 'value') {
      // Its failure is told, and in their places those of what it has shown.
      await showing.end(cell.execution).catch(() => undefined)
    } else {
      try {
        if (script.shows && ended.value !== undefined) showing.show(ended.value)
      } finally {
        await showing.end(cell.execution)
      }
    }
    // Node tells of rejections that nobody awaits once this turn is over: they belong to the cell, before its end.
    await setImmediate()
    switch (ended.kind) {
      case 'value':
        return { kind: 'success' }
      case 'thrown':
        return toldBy(cell, script, ended, context)
      case 'terminated':
        return { kind: 'interrupted' }
    }
  }

  return {
    describe: (thrown) => describeThrown(thrown, context),
    variables: () => describeVariables(evaluator, names),
    move(next) {
      place = next
      moveImporter(next)
    },
    run(cell, signal) {
      const work = outputs
        .run(cell.execution, () => evaluate(cell, signal))
        .catch((error: unknown) =>
          isOfCell(error) ? tellSyntaxError(error, cell.count) : describeThrown(error, context),
        )
      return Promise.race([work, interruptionOf(signal)])
    },
  }
}

function defineHidden(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true, enumerable: false })
}

/** Resolves when `signal` is aborted. */
export function interruptionOf(signal: AbortSignal): Promise<Outcome> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve({ kind: 'interrupted' }), { once: true })
  })
}

function toldBy(
  cell: QueuedCell,
  script: CompiledCell,
  ended: Extract<Evaluated, { kind: 'thrown' }>,
  context: StackContext,
): CellError {
  const { thrown, place } = ended
  const told = describeThrown(thrown, context)
  // V8 found what TypeScript's parser lets pass, such as a name declared twice: such errors have no frames.
  if (place && isSyntaxError(thrown) && !told.stack.includes('Cell In[')) {
    const at = script.original(place)
    const lineText = cell.code.split(/\r?\n/)[at.line - 1] ?? ''
    return tellSyntaxError({ message: told.message, place: at, lineText }, cell.count)
  }
  return told
}

function isSyntaxError(error: unknown): error is SyntaxError {
  return attempt(() => error instanceof SyntaxError) === true
}

function isOfCell(error: unknown): error is CellSyntaxError {
  return isSyntaxError(error) && attempt(() => 'lineText' in error) === true
}

function tellSyntaxError(
  error: { readonly message: string; readonly place: Place; readonly lineText: string },
  count: number,
): CellError {
  const { message, place, lineText } = error
  const marker = lineText.slice(0, place.column - 1).replace(/[^\t]/g, ' ') + '^'
  return {
    kind: 'error',
    name: 'SyntaxError',
    message,
    stack: [`SyntaxError: ${message}`, cellLine(count, place), `    ${lineText}`, `    ${marker}`].join('\n'),
  }
}
