import cluster from 'node:cluster';
import { once } from 'node:events';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import { announce } from './announce.js';
import {
  WorkerCluster,
  workerIsReady,
  type Listening,
  type Problem,
  type WorkersDatabase,
} from './cluster.js';
import { Installation } from './modules/installation/index.js';
import { PublicUrl, type Config } from './platform/config/config.js';
import { loadEnvironment } from './platform/config/environment.js';
import { readSettings } from './platform/config/read-settings.js';
import { loadSecrets } from './platform/config/secrets.js';
import type { Settings } from './platform/config/settings.js';
import { openDatabase } from './platform/database/open-database.js';
import { tuneGarbageCollection } from './platform/garbage-collection.js';
import { createApplication } from './platform/http/create-application.js';
import { StartError } from './platform/start-error.js';

/** What runs and is to be closed before the process ends, the newest first. */
type Running = { close(): Promise<void> }[];

/** Starts the server and stops it on SIGINT or SIGTERM. What keeps it from starting is told in one line. */
export async function runServer(): Promise<void> {
  tuneGarbageCollection();
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

async function serve(config: Config, running: Running): Promise<Listening> {
  const app = await createApplication(AppModule, config);
  running.push(app);
  const url = await listen(app, config.host, config.port);
  app.get(PublicUrl).settle(url);
  return { url, first: await app.get(Installation).prepare() };
}

async function listen(app: NestFastifyApplication, host: string, port: number): Promise<string> {
  await app.init();
  try {
    // Nest's own listen() would log a failure besides, and the operator is to read one line.
    await app.getHttpAdapter().getInstance().listen({ port, host });
  } catch (error) {
    throw new StartError(listenProblem(error, host, port));
  }
  const address = app.getHttpServer().address() as { port: number };
  return `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`;
}

function listenProblem(error: unknown, host: string, port: number): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return `PORT: ${port} on ${host} is taken by another program.`;
    case 'EACCES':
      return `PORT: ${port} may not be used by this account.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `HOST: ${host} is no address of this machine.`;
    default:
      return error instanceof Error ? error.message : String(error);
  }
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
