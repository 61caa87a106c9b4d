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

  /** Whether the server is stopping, for work that takes long. */
  protected stopping = false;

  private timer: NodeJS.Timeout | undefined;
  private underWay: Promise<void> = Promise.resolve();
  private failing = false;

  constructor(private readonly repetition: Repetition) {
    this.logger = new Logger(repetition.log);
  }

  /** Does the work once, and may give the milliseconds until it is due again. */
  protected abstract work(): Promise<number | void>;

  /** Begins after a pause. */
  onApplicationBootstrap(): void | Promise<void> {
    this.plan(this.repetition.pauseMs);
  }

  onModuleDestroy(): Promise<void> {
    this.stopping = true;
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
