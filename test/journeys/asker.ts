import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** The command that asks, by its title. */
export const askCommand = 'Ask for an Experiment'
/** What is asked for, and what came of it, in the folder that is open. */
export const askedFile = 'asked.json'
export const answerFile = 'answer.txt'

/** Calls a tool of ours as extensions do that are no chat: VS Code then asks the user itself. */
const program = `
const { commands, lm, workspace, CancellationTokenSource, Uri } = require('vscode')
exports.activate = ({ subscriptions }) => {
  const file = (name) => Uri.joinPath(workspace.workspaceFolders[0].uri, name)
  const ask = async () => {
    const input = JSON.parse(String(await workspace.fs.readFile(file('${askedFile}'))))
    const { token } = new CancellationTokenSource()
    const answer = await lm.invokeTool('ticketlab_run', { input, toolInvocationToken: undefined }, token).then(
      ({ content }) => content.map(({ value }) => value).join(''),
      (error) => 'refused: ' + (error.name || error.message),
    )
    await workspace.fs.writeFile(file('${answerFile}'), Buffer.from(answer))
  }
  subscriptions.push(commands.registerCommand('asker.ask', ask))
}
`

/** Packs an extension that stands for an assistant without a language model. @returns the path of its package */
export async function packAsker(folder: string): Promise<string> {
  const manifest = {
    ...{
      name: 'asker',
      publisher: 'ticketlab-test',
      version: '0.0.1',
      description: 'Asks for an experiment.',
    },
    ...{ engines: { vscode: '^1.95.0' }, main: './extension.js', activationEvents: [] },
    contributes: { commands: [{ command: 'asker.ask', title: askCommand }] },
  }
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest))
  await writeFile(join(folder, 'extension.js'), program)
  await writeFile(join(folder, 'README.md'), 'An assistant for tests.\n')
  const vsix = join(folder, 'asker.vsix')
  const vsce = fileURLToPath(new URL('../../node_modules/@vscode/vsce/vsce', import.meta.url))
  const quiet = ['--no-dependencies', '--allow-missing-repository', '--skip-license']
  await promisify(execFile)(process.execPath, [vsce, 'package', ...quiet, '--out', vsix], { cwd: folder })
  return vsix
}
