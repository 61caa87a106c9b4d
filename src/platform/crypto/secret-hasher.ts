import { createHash, createHmac } from 'node:crypto';

/** A secret as it is stored: its HMAC and the name of the pepper that it was made with. */
export interface StoredSecret {
  readonly hash: Buffer;
  readonly pepperId: string;
}

/** Turns bearer secrets into what is stored of them: HMAC-SHA-256 (RFC 2104) under a pepper from the environment. */
export class SecretHasher {
  private readonly current: string;

  /** @param peppers the current pepper first; older ones are still accepted while their secrets live */
  constructor(private readonly peppers: readonly string[]) {
    const [current] = peppers;
    if (current === undefined) throw new Error('a pepper is required');
    this.current = current;
  }

  /** The form in which a new secret is stored. */
  store(secret: string): StoredSecret {
    return { hash: hmac(this.current, secret), pepperId: pepperId(this.current) };
  }

  /** The names of the peppers under which secrets are found. */
  get pepperIds(): string[] {
    return this.peppers.map(pepperId);
  }

  /** Every form in which a presented secret may be stored, the current pepper's first. */
  candidates(secret: string): Buffer[] {
    return this.peppers.map((pepper) => hmac(pepper, secret));
  }

  /** A keyed digest of a text that need not be secret, such as a list's cursor, which makes it unforgeable. */
  seal(purpose: string, text: string): Buffer {
    return hmac(this.current, `${purpose}\n${text}`);
  }
}

function hmac(pepper: string, text: string): Buffer {
  return createHmac('sha256', pepper).update(text).digest();
}

/** The name that a pepper goes by where its secrets are stored; it tells nothing of the pepper. */
export function pepperId(pepper: string): string {
  return createHash('sha256').update(`pepper\n${pepper}`).digest('hex').slice(0, 8);
}
