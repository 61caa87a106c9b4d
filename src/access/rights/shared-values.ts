import { isDeepStrictEqual } from 'node:util';
import { LRUCache } from 'lru-cache';

/** Lets what says the same be one object: most of a credential's state says of others what it says of this one. */
export class SharedValues {
  private readonly values: LRUCache<string, object>;

  /** @param size how many values are known at most */
  constructor(size: number) {
    this.values = new LRUCache({ max: size });
  }

  /**
   * The same value, as the object that others hold already where it says the same.
   *
   * @param name whose value it is
   */
  share<Value extends object | null>(name: string, value: Value): Value {
    if (value === null) return value;
    const known = this.values.get(name);
    if (isDeepStrictEqual(known, value)) return known as Value;
    this.values.set(name, value);
    return value;
  }
}
