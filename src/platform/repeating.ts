/** Does something again and again, never twice at once, until it is stopped. */
export class Repeating {
  private timer: NodeJS.Timeout | undefined;
  private underWay: Promise<void> = Promise.resolve();
  private stopped = false;

  /**
   * @param work gives the milliseconds until it is done again
   * @param pauseMs the pause after work that failed
   * @param onFailure told of the first failure after every success
   */
  constructor(
    private readonly work: () => Promise<number>,
    private readonly pauseMs: number,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  /** Begins after a first pause, as long as the one after a failure unless given. */
  start(afterMs = this.pauseMs): void {
    this.plan(afterMs, false);
  }

  /** Ends after what is under way. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.underWay;
  }

  private plan(pauseMs: number, failing: boolean): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.underWay = this.work().then(
        (pause) => this.plan(pause, false),
        (error: unknown) => {
          if (!failing) this.onFailure(error);
          this.plan(this.pauseMs, true);
        },
      );
    }, pauseMs);
  }
}
