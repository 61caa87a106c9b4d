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
