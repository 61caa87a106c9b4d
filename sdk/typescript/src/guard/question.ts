/** What a call needs. */
export interface Requirement {
  /** The slug of the product that the call reaches for, such as `uptime`. */
  readonly product: string;
  /** Left out, Latchkey tells it from the call's method: `read` for GET, HEAD and OPTIONS, else `read_write`. */
  readonly access?: 'read' | 'read_write' | undefined;
}

/** A call to judge, as far as the question needs it; a `Request` of the fetch standard is one. */
export interface GuardedCall {
  readonly method: string;
  readonly headers: Headers;
}

/** What else is known about a call. */
export interface CallFacts {
  /** The project that the path names, by id: a header that names another is 400 `invalid_request`. */
  readonly projectId?: string | undefined;
  /**
   * The caller's address, for address lists and the audit log. Latchkey believes it only from an address in its
   * `TRUSTED_PROXIES`; otherwise it takes this program for the caller.
   */
  readonly ip?: string | undefined;
}
