interface Asked<Key, Value> {
  readonly key: Key;
  readonly settle: (value: Value | null) => void;
  readonly fail: (error: unknown) => void;
}

const mostAtOnce = 500;

/** Reads many things at once: what is asked for while one reading is under way, the next one reads together. */
export class GatheredReads<Key, Value> {
  private asked: Asked<Key, Value>[] = [];
  private reading = false;

  /** @param read gives one value, or null, for each key and in the same order */
  constructor(
    private readonly read: (keys: readonly Key[]) => Promise<readonly (Value | null)[]>,
  ) {}

  /** The value of a key as it is now; null when there is none. */
  find(key: Key): Promise<Value | null> {
    return new Promise((settle, fail) => {
      this.asked.push({ key, settle, fail });
      if (!this.reading) void this.readAll();
    });
  }

  private async readAll(): Promise<void> {
    this.reading = true;
    while (this.asked.length > 0) {
      const together = this.asked.splice(0, mostAtOnce);
      try {
        const values = await this.read(together.map(({ key }) => key));
        together.forEach(({ settle }, index) => settle(values[index] ?? null));
      } catch (error) {
        for (const { fail } of together) fail(error);
      }
    }
    this.reading = false;
  }
}
