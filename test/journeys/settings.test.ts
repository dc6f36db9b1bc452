import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWorkbench, pictureFailures, type Workbench } from './workbench'

let workbench: Workbench
beforeAll(async () => {
  // All of a tab are in view: VS Code draws no others.
  workbench = await openWorkbench({ height: 1700 })
  await workbench.command('Preferences: Open User Settings')
})
afterAll(() => workbench.close())
pictureFailures(() => workbench)

async function look(tab: 'User' | 'Remote', words: string): Promise<void> {
  const { page } = workbench
  await page.locator('.settings-tabs-widget .action-label', { hasText: tab }).click()
  await page.locator('.settings-editor .suggest-input-container .monaco-editor').click()
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.type(words)
}
const names = async (): Promise<readonly string[]> =>
  [...(await workbench.page.locator('.setting-item-label').allInnerTexts())].sort()

test('in a remote window what goes along with the user is on the tab of the user', async () => {
  await look('User', '@id:ticketlab.*')
  const all = ['Ask Before Restart', 'Backend', 'Jupyter Keys', 'Runs', 'Slurm', 'Trainers']
  await expect.poll(names).toEqual(all)
  await workbench.screenshot('settings user')
})

test('whoever looks there for the paths of a machine is told where they are', async () => {
  await look('User', '@id:ticketlab.store')
  await workbench.page.getByText('No Settings Found').first().waitFor()
  await look('User', 'ticketlab.store')
  await workbench.page.getByText('are on the Remote tab').waitFor()
  await workbench.screenshot('settings looked for')
})

test('and finds them on the tab of that machine', async () => {
  for (const [id, name] of [
    ['home', 'Home'],
    ['nodePath', 'Node Path'],
    ['store', 'Store'],
  ] as const) {
    await look('Remote', `@id:ticketlab.${id}`)
    await expect.poll(names).toEqual([name])
  }
  await workbench.screenshot('settings remote')
})
