// Breaks the modules where a mistake sends a write twice, loses a login or goes past a vendor's limit, and looks which break no test notices.
export default {
  mutate: [
    'src/kernel/tokens.ts',
    'src/kernel/tokens/*.ts',
    'src/kernel/permits.ts',
    'src/kernel/idempotency.ts',
    'src/kernel/cursor.ts',
    'src/kernel/layers/limit.ts',
    'src/kernel/layers/retry.ts',
    'src/store/memory/permits.ts',
    'src/store/memory/idempotency.ts',
  ],
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'test/mutate/vitest.config.ts' },
  // Stryker would rewrite tsconfig.json by an interface that TypeScript 7 does not have; Vite needs none.
  ignorePatterns: ['tsconfig.json'],
  concurrency: 2,
  // A mutant that takes longer counts as noticed: so long that a busy machine does not flatter.
  timeoutMS: 60_000,
  reporters: ['clear-text'],
}
