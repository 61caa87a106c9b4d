import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.spec.ts', 'test/**/*.spec.ts'],
    globalSetup: ['test/harness/database.ts'],
    // The tests of real processes wait more than they work.
    maxWorkers: 2,
    // The server under test is loaded as Node loads it, so that it is one instance with what it imports itself.
    server: { deps: { external: [/\/dist\//] } },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
