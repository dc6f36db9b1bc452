/** What keeps VS Code from showing anything but what a first look, or a test, looks for. */
export const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.welcomePage.experimentalOnboarding': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  // Else a click before the extension host is up opens the JSON as text.
  'workbench.editorAssociations': { '*.ipynb': 'jupyter-notebook' },
  'chat.disableAIFeatures': true,
  'git.openRepositoryInParentFolders': 'never',
}

/**
 * The end of what a server prints.
 *
 * @param {import('node:child_process').ChildProcess} server
 * @returns {() => string}
 */
export function keepLog(server) {
  let log = ''
  const read = (chunk) => (log = (log + chunk).slice(-20_000))
  server.stdout.on('data', read)
  server.stderr.on('data', read)
  return () => log
}

/**
 * Resolves to what `announcement` captures once the server prints it; rejects with what it printed if it ends before.
 *
 * @param {import('node:child_process').ChildProcess} server
 * @param {RegExp} announcement
 * @param {string} name the server, in the error
 * @returns {Promise<string>}
 */
export function listening(server, announcement, name) {
  const log = keepLog(server)
  return new Promise((resolve, reject) => {
    const read = () => {
      const found = announcement.exec(log())?.[1]
      if (found) resolve(found)
    }
    server.stdout.on('data', read)
    server.stderr.on('data', read)
    server.once('error', reject)
    server.once('close', (code) => reject(new Error(`${name} ended (exit code ${code}):\n${log()}`)))
  })
}
