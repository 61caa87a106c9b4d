/** Under which changes something was read: the organization's last one and the installation's. */
export interface Stamp {
  readonly organization: number;
  readonly platform: number;
}

/** A value and the changes that it is known to be true under. */
export interface Stamped<Value> {
  readonly value: Value;
  readonly stamp: Stamp;
}

/** The stamp under which several things that were read at different moments are all known to be true. */
export function earliest(stamps: readonly Stamp[]): Stamp {
  return {
    organization: Math.min(...stamps.map((stamp) => stamp.organization)),
    platform: Math.min(...stamps.map((stamp) => stamp.platform)),
  };
}
