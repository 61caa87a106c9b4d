import { setTimeout as sleep } from 'node:timers/promises';
import { Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';

/** How work is repeated, and what the log is told when it fails. */
interface Repetition {
  /** Whose log it is. */
  readonly log: string;
  /** What it means that the work failed. Told of the first failure after every success. */
  readonly failure: string;
  /** How grave that is; `warn` unless given. */
  readonly level?: 'warn' | 'error';
  /** The pause after work that failed, and after work that does not say when it is due again. */
  readonly pauseMs: number;
}

/** Work that is done again and again while the server runs, never twice at once. What is under way ends before the server does. */
export abstract class RepeatedWork implements OnApplicationBootstrap, OnModuleDestroy {
  protected readonly logger: Logger;

  private readonly stop = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private underWay: Promise<void> = Promise.resolve();
  private failing = false;

  constructor(private readonly repetition: Repetition) {
    this.logger = new Logger(repetition.log);
  }

  /** Whether the server is stopping, for work that takes long. */
  protected get stopping(): boolean {
    return this.stop.signal.aborted;
  }

  /** Does the work once, and may give the milliseconds until it is due again. */
  protected abstract work(): Promise<number | void>;

  /**
   * Does work part by part, spread evenly over a time, so that it never holds up for long what else there is to do. What takes
   * longer than that goes on without a pause. Ends early when the server stops.
   *
   * @param share what part of the time the work may take at most
   * @returns how many milliseconds of the time are left
   */
  protected async spread<Part>(
    parts: readonly Part[],
    overMs: number,
    work: (part: Part) => Promise<void>,
    share = 1,
  ): Promise<number> {
    let pause = overMs;
    for (const [index, part] of parts.entries()) {
      if (index > 0) await sleep(pause, undefined, { signal: this.stop.signal }).catch(() => {});
      if (this.stopping) break;
      const start = performance.now();
      await work(part);
      const took = performance.now() - start;
      pause = Math.max(overMs / parts.length - took, took / share - took);
    }
    return pause;
  }

  /** Begins after a pause. */
  onApplicationBootstrap(): void | Promise<void> {
    this.plan(this.repetition.pauseMs);
  }

  onModuleDestroy(): Promise<void> {
    this.stop.abort();
    clearTimeout(this.timer);
    return this.underWay;
  }

  /** Does the work now, tells of its failure, and plans the next time. */
  protected async run(): Promise<void> {
    const { pauseMs, level = 'warn', failure } = this.repetition;
    let pause: number | void = undefined;
    try {
      pause = await this.work();
      this.failing = false;
    } catch (error) {
      if (!this.failing) this.logger[level]({ err: error }, failure);
      this.failing = true;
    }
    this.plan(pause ?? pauseMs);
  }

  /** Does the work after a pause. */
  protected plan(pauseMs: number): void {
    if (this.stopping) return;
    this.timer = setTimeout(() => (this.underWay = this.run()), pauseMs);
  }
}
