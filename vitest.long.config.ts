import { defineConfig } from 'vitest/config'

// The suites that make up their cases: new ones in every run, and many more of them than `npm test` tries.
export default defineConfig({
  test: {
    include: [
      'test/contract/mutations.test.ts',
      'test/routes/follow.test.ts',
      'test/fuzz/**/*.test.ts',
      'test/plugins/hostile.test.ts',
      'test/process/fairness.test.ts',
      'test/process/idempotency-campaign.test.ts',
      'test/kernel/**/*.test.ts',
      'test/store/**/*.test.ts',
      'test/process/shared-limits.test.ts',
      'test/process/one-refresh.test.ts',
      'test/process/killed-refresh.test.ts',
      'test/process/rolling-stop.test.ts',
    ],
    globalSetup: ['test/support/setup.ts'],
    setupFiles: ['test/support/cases.ts'],
    testTimeout: 3_600_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
})
