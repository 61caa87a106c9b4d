/** Counts calls of each organization in a fixed window of a minute, in memory: the cheapest, and good for one process. */
export class FixedWindow {
  windows = new Map();

  /** Counts a call, and tells whether it is within so many a minute. */
  admits(id, limit) {
    const minute = Math.floor(Date.now() / 60_000);
    const window = this.windows.get(id);
    const current = window?.minute === minute ? window : { minute, calls: 0 };
    this.windows.set(id, current);
    current.calls += 1;
    return current.calls <= limit;
  }
}
