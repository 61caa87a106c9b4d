import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { pepperId } from './secret-hasher.js';

/** A secret that can be read again: nonce, tag and ciphertext, and the name of the pepper that its key is made from. */
export interface EncryptedSecret {
  readonly encrypted: Buffer;
  readonly pepperId: string;
}

const algorithm = 'aes-256-gcm';
const nonceLength = 12;
const tagLength = 16;

/**
 * Keeps secrets that have to be read again, unlike bearer secrets, of which an HMAC is enough: AES-256-GCM (NIST SP 800-38D)
 * under a key that HKDF (RFC 5869) makes from a pepper of the environment.
 */
export class SecretCipher {
  private readonly keys: ReadonlyMap<string, Buffer>;
  private readonly current: { readonly id: string; readonly key: Buffer };

  /** @param peppers the current pepper first; what was encrypted under older ones is still read */
  constructor(peppers: readonly string[]) {
    const keys = peppers.map((pepper) => [pepperId(pepper), keyFrom(pepper)] as const);
    const [current] = keys;
    if (current === undefined) throw new Error('a pepper is required');
    this.keys = new Map(keys);
    const [id, key] = current;
    this.current = { id, key };
  }

  /**
   * Encrypts under the current pepper.
   *
   * @param context what the secret is and whose; it is read only under the same, so rows cannot be exchanged
   */
  encrypt(secret: Buffer, context: string): EncryptedSecret {
    const nonce = randomBytes(nonceLength);
    const cipher = createCipheriv(algorithm, this.current.key, nonce);
    cipher.setAAD(Buffer.from(context));
    const text = Buffer.concat([cipher.update(secret), cipher.final()]);
    const encrypted = Buffer.concat([nonce, cipher.getAuthTag(), text]);
    return { encrypted, pepperId: this.current.id };
  }

  /**
   * Reads a secret again. Null when it is encrypted under a pepper that is not listed, as bearer secrets are not found then.
   *
   * @throws Error when it was encrypted for another context, or changed
   */
  decrypt({ encrypted, pepperId: id }: EncryptedSecret, context: string): Buffer | null {
    const key = this.keys.get(id);
    if (!key) return null;
    const nonce = encrypted.subarray(0, nonceLength);
    const tag = encrypted.subarray(nonceLength, nonceLength + tagLength);
    const decipher = createDecipheriv(algorithm, key, nonce, {
      authTagLength: tagLength,
    });
    decipher.setAAD(Buffer.from(context));
    decipher.setAuthTag(tag);
    const text = encrypted.subarray(nonceLength + tagLength);
    return Buffer.concat([decipher.update(text), decipher.final()]);
  }

  /** Tells whether a secret should be encrypted anew: its pepper is being replaced. */
  isOutdated({ pepperId: id }: EncryptedSecret): boolean {
    return id !== this.current.id;
  }
}

function keyFrom(pepper: string): Buffer {
  return Buffer.from(hkdfSync('sha256', pepper, '', 'latchkey secret cipher', 32));
}
