import { LatchkeyUnreachable } from '../errors.js';

/** The longest time that the runtimes' timers know. */
const longestMs = 2 ** 31 - 1;

/** The time that a call may take. */
export class TimeLimit {
  /** Aborted with {@link LatchkeyUnreachable} when the time is up, or as the caller's own signal is. */
  readonly signal: AbortSignal;

  private readonly endsAt: number;
  private readonly timer: ReturnType<typeof setTimeout>;

  constructor(milliseconds: number, own: AbortSignal | undefined) {
    const clock = new AbortController();
    const isUp = () => clock.abort(new LatchkeyUnreachable(`no answer within ${milliseconds} ms`));
    this.signal = own ? AbortSignal.any([clock.signal, own]) : clock.signal;
    this.endsAt = Date.now() + milliseconds;
    this.timer = setTimeout(isUp, Math.min(milliseconds, longestMs));
  }

  get leftMs(): number {
    return this.endsAt - Date.now();
  }

  /**
   * Lets so much of the time pass.
   *
   * @throws whatever the signal is aborted with meanwhile
   */
  pass(milliseconds: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer);
        reject(this.signal.reason as Error);
      };
      const timer = setTimeout(() => {
        this.signal.removeEventListener('abort', stop);
        resolve();
      }, milliseconds);
      if (this.signal.aborted) stop();
      else this.signal.addEventListener('abort', stop, { once: true });
    });
  }

  /** Ends the watch. The caller's own signal still ends what is being read. */
  end(): void {
    clearTimeout(this.timer);
  }
}
