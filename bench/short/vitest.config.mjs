import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['bench/short/*.spec.mjs'],
    globalSetup: ['bench/short/postgres.mjs'],
    maxWorkers: 2,
    server: { deps: { external: [/\/dist\//] } },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
