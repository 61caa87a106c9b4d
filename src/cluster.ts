import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import type { FirstStart } from './modules/installation/index.js';
import type { OpenDatabase } from './platform/database/open-database.js';
import { StartError } from './platform/start-error.js';

/** What a worker has to know beyond its environment: the database that was opened for it. */
export type WorkersDatabase = Pick<OpenDatabase['config'], 'databaseUrl' | 'embedded'>;

/** What a worker says first: a message that is sent before it listens for one would be lost. */
export const workerIsReady = 'ready';

/** What a worker says once it listens. */
export interface Listening {
  readonly url: string;
  readonly first: FirstStart;
}

/** What a worker says when it cannot start: its parent tells the operator, once for all of them. */
export interface Problem {
  readonly problem: string;
}

const restartAfterMs = 500;

/** Processes that share one port, and are replaced when they die. */
export class WorkerCluster {
  private stopping = false;
  private readonly workers = new Set<Worker>();

  constructor(private readonly database: WorkersDatabase) {}

  /**
   * Starts so many workers. Done when all of them listen.
   *
   * @returns what they say; one of them made what the first start makes
   * @throws StartError with what keeps a worker from starting
   */
  async start(count: number): Promise<Listening[]> {
    return Promise.all(Array.from({ length: count }, () => this.startWorker()));
  }

  /** Lets every worker answer what it has begun, and ends it. */
  async close(): Promise<void> {
    this.stopping = true;
    const ends = [...this.workers].map((worker) => once(worker, 'exit'));
    for (const worker of this.workers) worker.kill('SIGTERM');
    await Promise.all(ends);
  }

  private async startWorker(): Promise<Listening> {
    const worker = cluster.fork();
    this.workers.add(worker);
    const ended = once(worker, 'exit').then(() => {
      this.workers.delete(worker);
      throw new StartError('a worker ended before it could listen.');
    });
    await Promise.race([once(worker, 'message'), ended]);
    worker.send(this.database);
    const [said] = (await Promise.race([once(worker, 'message'), ended])) as [Listening | Problem];
    if ('problem' in said) throw new StartError(said.problem);
    ended.catch(() => this.replace());
    return said;
  }

  private replace(): void {
    if (this.stopping) return;
    process.stderr.write('a worker ended and is replaced\n');
    setTimeout(() => {
      if (!this.stopping) this.startWorker().catch(() => this.replace());
    }, restartAfterMs);
  }
}
