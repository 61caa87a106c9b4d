import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';

const [versionLength, keyIdLength, nonceLength, tagLength] = [1, 4, 12, 16];
const version = Buffer.of(1);

/**
 * Keeps secrets that have to be read again, such as those of other servers: AES-256-GCM (NIST SP 800-38D) under a key
 * that HKDF-SHA-256 (RFC 5869) makes from a pepper of the environment. Whoever has only the database reads none.
 *
 * What is sealed says which pepper it was sealed with, so that it can be opened while that one is being replaced.
 */
export class SealedSecrets {
  private readonly keys: readonly { readonly id: Buffer; readonly key: Buffer }[];

  /** @param peppers the current pepper first; what older ones sealed is still opened */
  constructor(peppers: readonly string[]) {
    if (peppers.length === 0) throw new Error('a pepper is required');
    this.keys = peppers.map((pepper) => ({ id: keyIdOf(pepper), key: keyOf(pepper) }));
  }

  /**
   * Seals a secret.
   *
   * @param place what it belongs to, like `totp <user id>`; it opens at the same place only, so that nobody who writes to
   * the database can put it elsewhere
   */
  seal(secret: string, place: string): Buffer {
    const [current] = this.keys;
    if (!current) throw new Error('a pepper is required');
    const nonce = randomBytes(nonceLength);
    const cipher = createCipheriv('aes-256-gcm', current.key, nonce);
    cipher.setAAD(Buffer.from(place));
    const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return Buffer.concat([version, current.id, nonce, text, cipher.getAuthTag()]);
  }

  /**
   * Opens what was sealed for a place.
   *
   * @throws Error when it was altered, belongs elsewhere, or was sealed with a pepper that is not listed any more
   */
  open(sealed: Buffer, place: string): string {
    const [id, nonce, text, tag] = partsOf(sealed);
    const found = this.keys.find((candidate) => candidate.id.equals(id));
    if (!found) throw new Error('a secret is sealed with a pepper that KEY_PEPPER does not list');
    const options = { authTagLength: tagLength };
    const decipher = createDecipheriv('aes-256-gcm', found.key, nonce, options);
    decipher.setAAD(Buffer.from(place));
    decipher.setAuthTag(tag);
    return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8');
  }
}

function partsOf(sealed: Buffer): readonly [id: Buffer, nonce: Buffer, text: Buffer, tag: Buffer] {
  const start = versionLength + keyIdLength;
  if (sealed.length < start + nonceLength + tagLength || !sealed.subarray(0, 1).equals(version))
    throw new Error('this is no sealed secret');
  return [
    sealed.subarray(versionLength, start),
    sealed.subarray(start, start + nonceLength),
    sealed.subarray(start + nonceLength, -tagLength),
    sealed.subarray(-tagLength),
  ];
}

function keyOf(pepper: string): Buffer {
  return Buffer.from(hkdfSync('sha256', pepper, '', 'latchkey sealed secrets', 32));
}

function keyIdOf(pepper: string): Buffer {
  return createHash('sha256').update(`pepper\n${pepper}`).digest().subarray(0, keyIdLength);
}
