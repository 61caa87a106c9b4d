import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Settings } from './settings.js';

/** What must stay secret: peppers for stored secrets and the keys that sign access tokens, the current one of each first. */
export interface Secrets {
  readonly keyPeppers: readonly string[];
  readonly signingKeys: readonly string[];
}

interface SecretsFile {
  key_pepper: string;
  signing_key: string;
}

/**
 * Gives the server's secrets: those of the environment, or ones generated once into the data folder
 * (`secrets.json`, readable by its owner only). Losing that file makes every key and session useless.
 */
export async function loadSecrets(settings: Settings): Promise<Secrets> {
  const { keyPeppers, signingKeys } = settings;
  if (keyPeppers !== null && signingKeys !== null) return { keyPeppers, signingKeys };
  const file = join(settings.dataDir, 'secrets.json');
  const kept = (await readSecrets(file)) ?? (await writeSecrets(file));
  return {
    keyPeppers: keyPeppers ?? [kept.key_pepper],
    signingKeys: signingKeys ?? [kept.signing_key],
  };
}

async function readSecrets(file: string): Promise<SecretsFile | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as SecretsFile;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

async function writeSecrets(file: string): Promise<SecretsFile> {
  const { privateKey } = generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const secrets = { key_pepper: randomBytes(32).toString('base64url'), signing_key: privateKey };
  const draft = `${file}.new`;
  await writeFile(draft, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flush: true });
  await rename(draft, file);
  return secrets;
}
