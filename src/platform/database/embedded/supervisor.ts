import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FileLock } from './file-lock.js';
import { endLeftover } from './leftover.js';
import { boundLog } from './server-log.js';
import type { ServerPlan } from './server-process.js';
import { endServer, hasEnded, startServer } from './server-process.js';

/** The first restart is at once; a server that keeps ending is started again every five seconds at most. */
const BACK_OFF_MILLISECONDS = [0, 250, 1000, 5000];
/** After a minute of life an end counts as the first again. */
const STABLE_AFTER_MILLISECONDS = 60_000;
const LOG_CHECK_MILLISECONDS = 60_000;

/** Keeps PostgreSQL running on one port until {@link stop}. */
export class Supervisor {
  readonly #stopping = new AbortController();
  readonly #logCheck: NodeJS.Timeout;
  #child: ChildProcess | undefined;
  #restarting: Promise<void> = Promise.resolve();
  #attempts = 0;
  #stopped: Promise<void> | undefined;

  /** @param lockPath the lock that PostgreSQL's processes hold, see {@link endLeftover}. */
  constructor(
    private readonly plan: ServerPlan,
    private readonly lockPath: string,
    private readonly log: (line: string) => void,
  ) {
    this.#logCheck = setInterval(() => boundLog(plan.logFile), LOG_CHECK_MILLISECONDS).unref();
    process.on('exit', this.#onExit);
  }

  /**
   * Starts PostgreSQL for the first time; a failure here is final, and {@link stop} need not be called.
   * @param lock the held lock at `lockPath`, handed over.
   */
  async start(lock: FileLock): Promise<void> {
    try {
      this.#watch(await startServer(this.plan, lock, this.#stopping.signal));
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Ends PostgreSQL for good; resolves when it has ended. May be called again. */
  stop(): Promise<void> {
    this.#stopped ??= this.#end();
    return this.#stopped;
  }

  async #end(): Promise<void> {
    this.#stopping.abort();
    clearInterval(this.#logCheck);
    await this.#restarting;
    if (this.#child !== undefined) await endServer(this.#child);
    process.off('exit', this.#onExit);
    // After a fast shutdown nothing is left; after worse, sessions may outlive the postmaster.
    const lock = await endLeftover(this.plan.cluster, this.lockPath, this.log);
    lock.release();
  }

  #watch(child: ChildProcess): void {
    this.#child = child;
    const since = performance.now();
    const onEnd = (): void => {
      if (this.#stopping.signal.aborted) return;
      if (performance.now() - since > STABLE_AFTER_MILLISECONDS) this.#attempts = 0;
      const how = child.signalCode ?? `code ${child.exitCode}`;
      this.log(`PostgreSQL ended unexpectedly (${how}), starting it again`);
      this.#restarting = this.#restart();
    };
    if (hasEnded(child)) onEnd();
    else child.once('exit', onEnd);
  }

  async #restart(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        const delay = BACK_OFF_MILLISECONDS[this.#attempts] ?? BACK_OFF_MILLISECONDS.at(-1);
        this.#attempts += 1;
        await sleep(delay, undefined, { signal });
        const lock = await endLeftover(this.plan.cluster, this.lockPath, this.log);
        this.#watch(await startServer(this.plan, lock, signal));
        this.log('PostgreSQL runs again');
        return;
      } catch (error) {
        if (!signal.aborted) this.log(error instanceof Error ? error.message : String(error));
      }
    }
  }

  /** Node ends without {@link stop}, as after an uncaught exception: nothing more than a signal can be done. */
  readonly #onExit = (): void => {
    this.#child?.kill('SIGINT');
  };
}
