/**
 * When every log is looked at, and not only those that this instance has written to: now and then, for what an instance
 * has left behind that is no more. However many organizations there are, it takes a small part of the time.
 */
export class WholeLook {
  private next = 0;

  /**
   * @param pauseMs between two looks at least
   * @param shareOfTime what part of the time they may take at most
   */
  constructor(
    private readonly pauseMs: number,
    private readonly shareOfTime: number,
  ) {}

  get isDue(): boolean {
    return performance.now() >= this.next;
  }

  /** Looks, and plans the next time by how long that took. */
  async take<Found>(look: () => Promise<Found>): Promise<Found> {
    const start = performance.now();
    const found = await look();
    const end = performance.now();
    this.next = end + Math.max(this.pauseMs, (end - start) / this.shareOfTime);
    return found;
  }
}
