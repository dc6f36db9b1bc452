import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { capture } from './command.mjs'

const commands = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge']

const elsewhere = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
]

/** What every session of Chromium is started with: it needs no display, no GPU and no network of its own. */
export const chromiumArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** The browser that `CHROME_PATH` names or that lies where browsers lie; undefined where there is none. */
function findChromium(environment = process.env) {
  const named = environment.CHROME_PATH
  if (named) {
    if (existsSync(named)) return named
    throw new Error(`CHROME_PATH names ${named}, and there is no such file. Correct it or leave it out.`)
  }
  const folders = [...(environment.PATH ?? '').split(delimiter), '/usr/bin', '/usr/local/bin', '/snap/bin']
  const candidates = folders.flatMap((folder) => commands.map((command) => join(folder, command)))
  return [...candidates, ...elsewhere].find(existsSync)
}

/**
 * Finds a Chromium, and installs Debian's where there is none and that is allowed.
 *
 * @param {{onProgress?: (text: string) => void}} [options]
 * @returns {Promise<string>} the path of the browser
 */
export async function ensureChromium({ onProgress = () => {} } = {}) {
  const found = findChromium()
  if (found) return found
  const canInstall = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
  if (!canInstall) {
    throw new Error(
      'These tests drive VS Code in a Chromium, and none was found. Install it with ' +
        '"sudo apt-get install chromium" (or any Chrome, Chromium or Edge), or name one in CHROME_PATH.',
    )
  }
  onProgress("Installing Debian's chromium (100 MB)")
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  await capture('apt-get', ['update', '-qq'], { env })
  await capture('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], { env })
  const installed = findChromium()
  if (!installed)
    throw new Error('Debian installed chromium, but it is not where it should be: /usr/bin/chromium.')
  return installed
}
