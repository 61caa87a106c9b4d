import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.spec.ts', 'test/**/*.spec.ts'],
    globalSetup: ['test/harness/database.ts'],
    // The tests of real processes wait more than they work.
    maxWorkers: 2,
    // A file costs seconds to load Nest and TypeORM anew; no test changes what others see of the process.
    isolate: false,
    // The server under test is loaded as Node loads it, so that it is one instance with what it imports itself.
    server: { deps: { external: [/\/dist\//] } },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
