import cluster from 'node:cluster';
import { once } from 'node:events';
import { announce } from './announce.js';
import {
  WorkerCluster,
  workerIsReady,
  type Listening,
  type Problem,
  type WorkersDatabase,
} from './cluster.js';
import type { Config } from './platform/config/config.js';
import { loadEnvironment } from './platform/config/environment.js';
import { readSettings } from './platform/config/read-settings.js';
import { loadSecrets } from './platform/config/secrets.js';
import type { Settings } from './platform/config/settings.js';
import { openDatabase } from './platform/database/open-database.js';
import { tuneV8 } from './platform/tune-v8.js';

/** What runs and is to be closed before the process ends, the newest first. */
type Running = { close(): Promise<void> }[];

/** Starts the server and stops it on SIGINT or SIGTERM. What keeps it from starting is told in one line. */
export async function runServer(): Promise<void> {
  tuneV8();
  const running: Running = [];
  const started = start(running);
  stopOnSignal(started, running);
  try {
    await started;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    tellProblem(message.replaceAll(/\s*\n\s*/g, ' '));
    await close(running);
    process.exit(1);
  }
}

function tellProblem(problem: string): void {
  if (cluster.isWorker) process.send?.({ problem } satisfies Problem);
  else process.stderr.write(`latchkey cannot start: ${problem}\n`);
}

async function start(running: Running): Promise<void> {
  const settings = readSettings(loadEnvironment());
  if (cluster.isWorker) return startWorker(settings, running);
  const database = await openDatabase(settings);
  running.push(database);
  if (settings.workers === 1) {
    const { url, first } = await serve(database.config, running);
    announce(url, first);
    return;
  }
  const { databaseUrl, embedded } = database.config;
  const workers = new WorkerCluster({ databaseUrl, embedded });
  running.push(workers);
  const listening = await workers.start(settings.workers);
  const made = listening.find(({ first }) => first.apiKey ?? first.platformKey) ?? listening[0];
  if (made) announce(made.url, made.first);
}

/** One of several processes: serves on the database that its parent opened, and ends with its parent. */
async function startWorker(settings: Settings, running: Running): Promise<void> {
  const told = once(process, 'message') as Promise<[WorkersDatabase]>;
  process.send?.(workerIsReady);
  const [database] = await told;
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  const config = { ...settings, ...(await loadSecrets(settings)), ...database };
  process.send?.(await serve(config, running));
}

/** What serves takes seconds to load: a start that is refused, or leaves the serving to workers, does without it. */
async function serve(config: Config, running: Running): Promise<Listening> {
  const { startServing } = await import('./serving.js');
  return startServing(config, (app) => running.push(app));
}

/**
 * A start that is under way is finished first, so that nothing is left behind; one that fails ends by itself. The
 * same signal may come twice: a terminal sends it to npm and to us, and npm hands it on.
 */
function stopOnSignal(started: Promise<void>, running: Running): void {
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    void started.then(
      () => close(running).finally(() => process.exit(0)),
      () => undefined,
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

async function close(running: Running): Promise<void> {
  for (const part of running.toReversed())
    await part.close().catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
}
