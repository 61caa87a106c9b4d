// Measures Latchkey beside its peers: `npm run bench`, or some parts of it by their names. README.md has the details.
import { readOptions } from './running/options.mjs';
import { installPeers, requireTools } from './running/tools.mjs';
import { Workbench } from './running/workbench.mjs';
import { parts } from './parts/index.mjs';
import { saveResults } from './reporting/results.mjs';

const options = readOptions(process.argv.slice(2));
const unknown = options.parts.filter((name) => !parts.some((part) => part.name === name));
if (unknown.length > 0)
  throw new Error(
    `${unknown.join(', ')}: the parts are ${parts.map(({ name }) => name).join(', ')}`,
  );
requireTools();
installPeers();

const workbench = await Workbench.open(options);
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => void workbench.close().finally(() => process.exit(1)));
try {
  for (const part of parts) {
    if (options.parts.length > 0 && !options.parts.includes(part.name)) continue;
    console.log(`\n${part.name}`);
    const results = await part.run(workbench);
    part.print(results);
    await saveResults(workbench, part.name, results);
  }
} finally {
  await workbench.close();
}
