import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { generatedFiles } from '../../dist/src/cli/generated-files.js';

const generated = await generatedFiles();

it.each(Object.keys(generated))('%s is what `npm run generate` makes of the code', async (name) => {
  const committed = await readFile(new URL(`../../${name}`, import.meta.url), 'utf8');
  expect(committed === generated[name], `${name} is stale: run npm run generate`).toBe(true);
});
