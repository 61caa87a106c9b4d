import { parts } from '../parts/index.mjs';
import { saveResults } from '../reporting/results.mjs';
import { readOptions } from './options.mjs';
import { requireTools } from './tools.mjs';
import { Workbench } from './workbench.mjs';

/** Measures the parts that the arguments name, or all of them. */
export async function runBench(args) {
  const options = readOptions(args);
  const wanted = wantedParts(options.parts);
  requireTools();
  const workbench = await Workbench.open(options);
  closeOnSignal(workbench);
  try {
    for (const part of wanted) {
      console.log(`\n${part.name}`);
      const results = await part.run(workbench);
      part.print(results);
      await saveResults(workbench, part.name, results);
    }
  } finally {
    await workbench.close();
  }
}

function closeOnSignal(workbench) {
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.once(signal, () => {
      // What is under way fails when its connections break, and that is no news.
      process.on('uncaughtException', () => {});
      void workbench.close().finally(() => process.exit(1));
    });
}

function wantedParts(names) {
  const unknown = names.filter((name) => !parts.some((part) => part.name === name));
  if (unknown.length > 0) {
    const known = parts.map(({ name }) => name).join(', ');
    throw new Error(`${unknown.join(', ')}: the parts are ${known}`);
  }
  return names.length === 0 ? parts : parts.filter(({ name }) => names.includes(name));
}
