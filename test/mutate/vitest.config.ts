import { defineConfig } from 'vitest/config'

// For `npm run mutate`: the tests in one process of the modules that it breaks.
export default defineConfig({
  test: {
    include: [
      'test/kernel/tokens*.test.ts',
      'test/kernel/cursor.test.ts',
      'test/kernel/idempotency.test.ts',
      'test/kernel/layers/{limit,retry}.test.ts',
      'test/store/{idempotency,memory,permits,tokens}.test.ts',
    ],
    setupFiles: ['test/support/cases.ts'],
  },
})
