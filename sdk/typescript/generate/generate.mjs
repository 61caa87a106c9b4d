/**
 * Writes `src/generated` from the server's OpenAPI document: the types by @hey-api/openapi-ts, the methods by
 * `resources.mjs`. `--output` names another folder.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createClient } from '@hey-api/openapi-ts';
import { resources } from './resources.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { values } = parseArgs({ options: { output: { type: 'string' } } });
const output = values.output ?? here('../src/generated');
const input = here('../../../openapi.json');

await createClient({
  input,
  output: { path: output, indexFile: false },
  logs: { level: 'silent' },
  plugins: ['@hey-api/typescript'],
});
const document = JSON.parse(await readFile(input, 'utf8'));
await writeFile(join(output, 'resources.gen.ts'), resources(document));
