const windowSeconds = 60;
/** How much longer than the exact window a call may go on counting. */
const caution = 1;

/** Remembers when every call was admitted, and says what the contract asks of the next ones. */
export class WindowModel {
  private readonly admitted: number[] = [];

  constructor(public limit: number) {}

  /** At the most so many of the calls that are made now may be admitted, and at the least so many must be. */
  bounds(now: number, calls: number): { readonly least: number; readonly most: number } {
    const places = (seconds: number) => Math.max(0, this.limit - this.within(seconds, now));
    return {
      least: Math.min(calls, places(windowSeconds + caution)),
      most: Math.min(calls, places(windowSeconds)),
    };
  }

  /** The longest wait, in whole seconds, that a client that is refused now may be told. */
  longestWait(now: number): number {
    const inWindow = this.admitted.filter((time) => time > now - windowSeconds);
    const blocking = inWindow[inWindow.length - this.limit] ?? now - windowSeconds;
    return Math.ceil(blocking + windowSeconds + caution - now);
  }

  admit(now: number, calls: number): void {
    for (let call = 0; call < calls; call += 1) this.admitted.push(now);
  }

  private within(seconds: number, now: number): number {
    return this.admitted.filter((time) => time > now - seconds).length;
  }
}
