import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createDatabase, dropDatabase } from './database.mjs';
import { startPostgres } from './postgres.mjs';
import { startServer } from './server-process.mjs';
import { fillWriteAheadLog } from './write-ahead-log.mjs';

/** Everything that a run of the bench starts and makes, to be taken away at its end, whatever happens. */
export class Workbench {
  #closing = [];
  #databases = 0;
  #closed;

  /**
   * @param {import('./options.mjs').Options} options
   * @param {string} folder a temporary one
   */
  constructor(options, folder) {
    this.options = options;
    this.folder = folder;
  }

  /** Opens one, with a PostgreSQL of its own unless `--database-url` names one. */
  static async open(options) {
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-bench-'));
    const workbench = new Workbench(options, folder);
    workbench.#closing.push(() => rm(folder, { recursive: true, force: true }));
    try {
      if (options.databaseUrl) workbench.postgres = { url: options.databaseUrl, pid: null };
      else {
        workbench.postgres = await startPostgres(options.loadCore);
        workbench.#closing.push(() => workbench.postgres.stop());
        await fillWriteAheadLog(workbench.postgres.url);
      }
    } catch (error) {
      await workbench.close();
      throw error;
    }
    return workbench;
  }

  /** An empty database; it is dropped at the end. */
  async database() {
    this.#databases += 1;
    const name = `latchkey_bench_${process.pid}_${this.#databases}`;
    const url = await createDatabase(this.postgres.url, name);
    this.#closing.push(() => dropDatabase(this.postgres.url, url));
    return url;
  }

  /**
   * Starts a server on the server's core, or on `core`.
   *
   * @param {{ program: string, nodeOptions?: string[] }} peer
   * @param {Record<string, string>} environment
   */
  async start(peer, environment, core = this.options.serverCore) {
    const { verbose, logLevel, profile } = this.options;
    const dataDir = await mkdtemp(join(this.folder, 'data-'));
    const server = await startServer({
      program: peer.program,
      environment: { DATA_DIR: dataDir, LOG_LEVEL: logLevel, ...environment },
      nodeOptions: [
        ...(peer.nodeOptions ?? []),
        ...(profile ? ['--cpu-prof', `--cpu-prof-dir=${resolve(profile)}`] : []),
      ],
      core,
      verbose,
    });
    this.#closing.push(() => server.stop());
    return server;
  }

  /** A file with tokens, one a line, as the load takes them. */
  async tokensFile(tokens) {
    const folder = await mkdtemp(join(this.folder, 'tokens-'));
    const file = join(folder, 'tokens');
    await writeFile(file, tokens.map((token) => `${token}\n`).join(''), { mode: 0o600 });
    return file;
  }

  /** Ends what runs, the newest first, and takes away what was made. May be called again. */
  close() {
    this.#closed ??= this.#closeAll();
    return this.#closed;
  }

  async #closeAll() {
    for (let close = this.#closing.pop(); close; close = this.#closing.pop())
      await close().catch((error) => console.error(error.message));
  }
}
