import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundleKernel, type KernelProgram } from '../kernel/fixture/program'
import { openNotebook, type Ran, type TestNotebook } from '../kernel/fixture/notebook'
import { campaign, patience } from './long'
import {
  errorsOf,
  lateErrorOf,
  outsideOf,
  plotOf,
  trainingOf,
  useOf,
  type Check,
  type Global,
} from './name-checks'
import { askForNames, forbidden, forms, vital, writePackages } from './names'

/*
 * A cell may declare any name, and code outside of cells goes on as before: every name of the global object is declared
 * in every way, all in one kernel and each in a kernel of its own, and then cells print, fail, plot and train.
 */

/** Kernels with one name each, in brief. In a long campaign every name has one for every way to declare it. */
const { rounds, seed } = campaign(3, Infinity)
const isLong = rounds === Infinity
const main = ['const', 'class', 'function', 'import']

let program: KernelProgram
let names: readonly string[]
beforeAll(async () => {
  program = await bundleKernel({ isWhole: true })
  const notebook = await openNotebook(program.file)
  names = JSON.parse((await notebook.run(askForNames)).stdout) as string[]
  await notebook.close()
})
afterAll(() => program.remove())

/** A notebook whose folder has the packages, of which it has loaded those that are loaded early. */
async function openWithPackages(): Promise<Session> {
  const notebook = await openNotebook(program.file)
  await writePackages(notebook.folder, names)
  const failures: string[] = []
  let count = 0
  const run = (code: string): Promise<Ran> => {
    count++
    return notebook.run(code, join(notebook.folder, `${count}.ts`))
  }
  const session: Session = {
    notebook,
    failures,
    run,
    async check(name, { what, code, isFulfilled }) {
      const ran = await run(code)
      if (!isFulfilled(ran, count)) failures.push(`${name}: ${what}: ${tell(ran)}`)
    },
  }
  await session.check('', {
    what: 'the first cell',
    code: `import * as early from 'early'\nconst earlyRequired = require('early-required'), everything = globalThis`,
    isFulfilled: ({ outcome }) => outcome.kind === 'success',
  })
  return session
}

interface Session {
  readonly notebook: TestNotebook
  readonly failures: string[]
  readonly run: (code: string) => Promise<Ran>
  readonly check: (name: string, check: Check) => Promise<void>
}

function tell({ outcome, stdout, stderr, shown }: Ran): string {
  return JSON.stringify({ outcome, stdout, stderr, shown: shown.map((one) => one['text/plain']) })
}

function declarationOf(form: string, name: string): Check {
  return {
    what: `declared as ${form}`,
    code: forms[form]!(name),
    isFulfilled: ({ outcome }) =>
      forbidden.has(name)
        ? outcome.kind === 'error' && /^SyntaxError: .*\nCell In/.test(outcome.stack)
        : outcome.kind === 'success',
  }
}

/** The names all in one kernel, with checks after each, and all others at the end. */
async function declareAll(form: string, all: readonly string[]): Promise<readonly string[]> {
  const session = await openWithPackages()
  const { check, notebook, failures } = session
  const of: Global = (name) => `everything.${name}`
  for (const [at, name] of all.entries()) {
    await check(name, declarationOf(form, name))
    if (forbidden.has(name)) continue
    await check(name, useOf(name, at, of))
    for (const one of errorsOf(at, of)) await check(name, one)
    // A plot takes longer than all the others.
    if (isLong || at % 10 === 9) await check(name, plotOf(of))
  }
  await finish(session, 'all', of)
  await notebook.close()
  return failures
}

/** One name in a kernel of its own, whose cells write the others as users do. */
async function declareAlone(form: string, name: string): Promise<readonly string[]> {
  const session = await openWithPackages()
  const { check, notebook, failures } = session
  const of: Global = (global) => (global === name ? `globalThis.${global}` : global)
  await check(name, declarationOf(form, name))
  if (!forbidden.has(name)) await check(name, useOf(name, 0, of))
  for (const one of errorsOf(0, of)) await check(name, one)
  await check(name, plotOf(of))
  await finish(session, name, of)
  await notebook.close()
  return failures.map((failure) => `as ${form}: ${failure}`)
}

async function finish({ check, notebook, run, failures }: Session, name: string, of: Global): Promise<void> {
  await check(name, trainingOf(1, of))
  await check(name, {
    what: 'packages that are loaded later',
    code: `import * as late from 'late'; import lateRequired from 'late-required'`,
    isFulfilled: ({ outcome }) => outcome.kind === 'success',
  })
  await check(name, outsideOf(['early', 'earlyRequired', 'late', 'lateRequired'], of))
  await check(name, lateErrorOf(of))
  const endless = run('for (;;);')
  notebook.kernel.interrupt()
  const { outcome } = await endless
  if (outcome.kind !== 'interrupted') failures.push(`${name}: an interrupt: ${JSON.stringify(outcome)}`)
  await check(name, useOf(`({ mark: 'mine' })`, 1_000_000, of))
  if (notebook.exits.length > 0) failures.push(`${name}: ${notebook.exits[0]!.message}`)
}

test.each(isLong ? Object.keys(forms) : main)(
  'every global declared as %s, all in one kernel',
  { timeout: patience },
  async (form) => {
    expect(names.length).toBeGreaterThan(80)
    expect(await declareAll(form, names)).toEqual([])
  },
)

test('each in a kernel of its own', { timeout: patience }, async () => {
  const failures: string[] = []
  const all = Object.keys(forms)
  for (const [name, form] of isLong
    ? names.flatMap((name) => all.map((form) => [name, form] as const))
    : Array.from({ length: rounds }, (_, at) => {
        // Other names and ways in every run.
        const turn = seed + at
        return [
          vital[turn % vital.length]!,
          all[(Math.floor(seed / vital.length) + at) % all.length]!,
        ] as const
      })) {
    failures.push(...(await declareAlone(form, name)))
  }
  expect(failures, `with seed ${seed}`).toEqual([])
})

test('process declared as const', { timeout: patience }, async () => {
  expect(await declareAlone('const', 'process')).toEqual([])
})
