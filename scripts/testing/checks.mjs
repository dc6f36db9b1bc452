import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { add, oneFailure, onePass } from './counts.mjs'

/** Runs ESLint and Prettier over everything; each counts as one test. */
export async function runLint(context) {
  return add(
    await check(context, 'eslint', ['eslint/bin/eslint.js', '.']),
    await check(context, 'prettier', ['prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.']),
  )
}

/** Type-checks every program; each counts as one test. */
export async function runTypes(context) {
  const projects = ['tsconfig.json', 'renderers/tsconfig.json', 'test/vscode-host/tsconfig.json']
  const results = []
  for (const project of projects) {
    results.push(await check(context, `tsc -p ${project}`, ['typescript/bin/tsc', '--noEmit', '-p', project]))
  }
  return add(...results)
}

/** Runs one program out of node_modules; what it prints is shown. */
async function check(context, name, [program, ...args]) {
  const code = await runNode(context, [join(context.root, 'node_modules', program), ...args])
  console.log(`${code === 0 ? 'passed' : 'FAILED'}: ${name}`)
  return code === 0 ? onePass : oneFailure
}

/**
 * Runs a program on this Node with its output in the terminal, and resolves to its exit code.
 *
 * @param {{root: string, env: NodeJS.ProcessEnv}} context
 * @param {readonly string[]} args
 * @returns {Promise<number>} 1 also when a signal ended it
 */
export function runNode({ root, env }, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] })
    child.once('error', reject)
    child.once('close', (code) => resolve(code ?? 1))
  })
}
