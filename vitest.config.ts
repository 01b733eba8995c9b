import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/browser/**'],
    // Whole processes, a real Redis and real sockets on two cores: a slow machine is no failure.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    globalSetup: ['test/support/setup.ts'],
    setupFiles: ['test/support/cases.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // With --coverage alone. Processes that tests start are not counted: src/server.ts runs in nothing else.
    coverage: {
      include: ['src/**/*.ts'],
      reporter: [['text', { skipFull: true }]],
      thresholds: { lines: 97 },
    },
  },
})
