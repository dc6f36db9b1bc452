import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    // Tests start real processes; a shared machine that stalls for seconds is no failure of ours.
    retry: process.env.CI ? 1 : 0,
    include: ['test/journeys/**/*.test.ts'],
    // All journeys share one VS Code, whose settings they change.
    fileParallelism: false,
    testTimeout: 240_000,
    // A workbench takes its time to draw, above all on a busy machine.
    expect: { poll: { timeout: 200_000 } },
    hookTimeout: 240_000,
  },
})
