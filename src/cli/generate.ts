import { writeFile } from 'node:fs/promises';
import { generatedFiles } from './generated-files.js';

const root = new URL('../../../', import.meta.url);
for (const [name, text] of Object.entries(await generatedFiles())) {
  await writeFile(new URL(name, root), text);
  console.log(`Wrote ${name}.`);
}
