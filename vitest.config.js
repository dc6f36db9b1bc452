import { fileURLToPath } from 'node:url'
import { configDefaults, defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // Tests start real processes; a shared machine that stalls for seconds is no failure of ours.
    retry: process.env.CI ? 1 : 0,
    include: ['test/**/*.test.ts'],
    // These run inside a VS Code, or drive one: `npm test` prepares it.
    exclude: [...configDefaults.exclude, 'test/vscode-host/**', 'test/journeys/**'],
    env: { TICKETLAB_DATA: fileURLToPath(new URL('dist/data', import.meta.url)) },
    // Several tests start processes of their own, and the machine may have two cores.
    maxWorkers: 2,
    // For what hangs. How long a test takes depends on what else the machine does, and is nothing to assert.
    testTimeout: 240_000,
    hookTimeout: 240_000,
  },
})
