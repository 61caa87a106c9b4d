import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import { announce } from './announce.js';
import { Installation } from './modules/installation/index.js';
import { PublicUrl } from './platform/config/config.js';
import { loadEnvironment } from './platform/config/environment.js';
import { readSettings } from './platform/config/read-settings.js';
import { openDatabase, type OpenDatabase } from './platform/database/open-database.js';
import { createApplication } from './platform/http/create-application.js';
import { StartError } from './platform/start-error.js';

/** Starts the server and stops it on SIGINT or SIGTERM. What keeps it from starting is told in one line. */
export async function runServer(): Promise<void> {
  try {
    await start();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`latchkey cannot start: ${message.replaceAll(/\s*\n\s*/g, ' ')}\n`);
    process.exit(1);
  }
}

async function start(): Promise<void> {
  const settings = readSettings(loadEnvironment());
  const database = await openDatabase(settings);
  try {
    const app = await createApplication(AppModule, database.config);
    stopOnSignal(app, database);
    const url = await listen(app, settings.host, settings.port);
    app.get(PublicUrl).settle(url);
    announce(url, await app.get(Installation).prepare());
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function listen(app: NestFastifyApplication, host: string, port: number): Promise<string> {
  try {
    await app.listen(port, host);
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
      return `HOST: ${host} is no address of this machine.`;
    default:
      return error instanceof Error ? error.message : String(error);
  }
}

function stopOnSignal(app: NestFastifyApplication, database: OpenDatabase): void {
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    void app
      .close()
      .finally(() => database.close())
      .finally(() => process.exit(0));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}
