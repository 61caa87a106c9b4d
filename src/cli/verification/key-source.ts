import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { namedFetch } from '../login/agent.js';
import { checkEncrypted } from '../login/server-address.js';
import { Failure } from '../terminal/failure.js';

const timeoutMs = 15_000;

/**
 * The public keys of an installation, of a JWK Set (RFC 7517) in a file or behind a url.
 *
 * @throws Failure when there is none that checkpoints can be signed with
 */
export async function publicKeysIn(fileOrUrl: string, allowHttp: boolean): Promise<KeyObject[]> {
  const text = /^https?:/.test(fileOrUrl)
    ? await fetched(fileOrUrl, allowHttp)
    : await readFile(fileOrUrl, 'utf8');
  const keys = keysOf(text).filter(signsCheckpoints);
  if (keys.length === 0)
    throw new Failure(`${fileOrUrl} holds no key of Ed25519 or RSA (a JWK Set is expected).`);
  return keys.map((key) => createPublicKey({ key, format: 'jwk' }));
}

async function fetched(url: string, allowHttp: boolean): Promise<string> {
  checkEncrypted(new URL(url), allowHttp);
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await namedFetch(url, { redirect: 'error', signal });
    if (response.ok) return await response.text();
    throw new Failure(`The keys cannot be fetched: ${url} answers ${response.status}.`);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(`The keys cannot be fetched: ${url} does not answer, or leads elsewhere.`);
  }
}

function keysOf(text: string): JsonWebKey[] {
  try {
    const { keys } = JSON.parse(text) as { keys?: unknown };
    return Array.isArray(keys) ? (keys as JsonWebKey[]) : [];
  } catch {
    return [];
  }
}

/** What `SIGNING_KEY` may be. */
function signsCheckpoints({ kty, crv }: JsonWebKey): boolean {
  return kty === 'RSA' || (kty === 'OKP' && crv === 'Ed25519');
}
