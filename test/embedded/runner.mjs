// A server process for the tests: starts the embedded PostgreSQL of the compiled launcher (argv[2]) on a
// folder (argv[3]), tells its parent how that went, one JSON object a line, and stops on SIGTERM.
import { pathToFileURL } from 'node:url';

const [, , launcher, dataDir] = process.argv;
const { startEmbeddedPostgres } = await import(pathToFileURL(launcher).href);
const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);

try {
  const database = await startEmbeddedPostgres({ dataDir, log: (line) => say({ log: line }) });
  process.on('SIGTERM', () => {
    void database.stop().then(() => process.exit(0));
  });
  // Ctrl-C: a server drains first; the tests look at PostgreSQL meanwhile.
  process.on('SIGINT', () => say({ log: 'draining' }));
  // As after an uncaught exception: the process ends without a stop.
  process.on('SIGHUP', () => process.exit(1));
  say({ url: database.url });
} catch (error) {
  say({ error: error.message, name: error.name });
  process.exitCode = 1;
}
