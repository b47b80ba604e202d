import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // The local stack starts worker threads of its own; two files at a time is what two cores carry.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Dates without a zone mean the same as in Lambda.
    env: { TZ: 'UTC' },
  },
});
