import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import type { Listening } from './cluster.js';
import { Installation } from './modules/installation/index.js';
import { PublicUrl, type Config } from './platform/config/config.js';
import { createApplication } from './platform/http/create-application.js';
import { StartError } from './platform/start-error.js';

/**
 * Serves on a database that is open.
 *
 * @param isRunning is given the application before it listens, for it to be closed in any case
 * @throws StartError when it cannot listen where the configuration says
 */
export async function startServing(
  config: Config,
  isRunning: (app: NestFastifyApplication) => void,
): Promise<Listening> {
  const app = await createApplication(AppModule, config);
  isRunning(app);
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
