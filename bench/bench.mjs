// Measures Latchkey beside its peers: `npm run bench`, or some parts of it by their names; `npm run bench -- --short`
// only checks that everything works. README.md has the details.
import { installPeers } from './running/tools.mjs';

const args = process.argv.slice(2);
installPeers();
if (args.includes('--short')) {
  const { runShort } = await import('./short/run.mjs');
  process.exitCode = runShort(args.filter((arg) => arg !== '--short'));
} else {
  const { runBench } = await import('./running/run.mjs');
  await runBench(args);
}
