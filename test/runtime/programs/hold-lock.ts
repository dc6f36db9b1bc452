import { setTimeout as sleep } from 'node:timers/promises'
import { tryLock } from '../../../src/runtime/locks/lock'
import { trainerSlots } from '../../../src/runtime/locks/trainer-slots'

/*
 * hold-lock.cjs lock FOLDER          takes the lock in FOLDER, says so, and holds it until it is killed
 * hold-lock.cjs count FOLDER N       adds one to the number in FOLDER/count N times, under a lock
 * hold-lock.cjs slots FOLDER COUNT   takes a slot, says so, and holds it until it is told to release it
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const [mode, folder = '', argument = '0'] = process.argv.slice(2)

async function lock(name: string) {
  for (;;) {
    const taken = await tryLock(join(folder, name))
    if (taken) return taken
    await sleep(2)
  }
}

async function main(): Promise<void> {
  if (mode === 'lock') {
    await lock('lock')
    console.log('held')
    process.stdin.resume()
  } else if (mode === 'count') {
    for (let i = 0; i < Number(argument); i++) {
      const held = await lock('lock')
      const count = Number(await readFile(join(folder, 'count'), 'utf8'))
      await sleep(1)
      await writeFile(join(folder, 'count'), String(count + 1))
      await held.release({ forget: i % 3 === 0 })
    }
    console.log('done')
  } else {
    const slots = trainerSlots(folder, Number(argument))
    const slot = await slots.acquire(new AbortController().signal)
    console.log('held')
    process.stdin.once('data', () => {
      void slot.release().then(() => process.exit())
    })
  }
}

void main()
