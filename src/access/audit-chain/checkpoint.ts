import { sign, verify, type KeyObject } from 'node:crypto';
import { canonicalForm } from './chain.js';

/** Says how far an organization's chain had come at a moment, and where it stood. */
export interface Checkpoint {
  /** Null for the operator's own log. */
  readonly organization_id: string | null;
  /** The last sealed event. */
  readonly seq: number;
  /** Its hash, in hex. */
  readonly hash: string;
  readonly at: string;
}

/** A checkpoint with the installation's signature in base64url: Ed25519, or RSASSA-PKCS1-v1_5 with SHA-256. */
export interface SignedCheckpoint extends Checkpoint {
  readonly signature: string;
}

/** Goes before what is signed: the same key signs access tokens, none of which begins like this. */
const domain = 'latchkey audit checkpoint v1\n';

export function signCheckpoint(checkpoint: Checkpoint, privateKey: KeyObject): SignedCheckpoint {
  const signature = sign(digestOf(privateKey), signedBytes(checkpoint), privateKey);
  return { ...checkpoint, signature: signature.toString('base64url') };
}

/** Tells whether a checkpoint was signed by the installation and is unchanged. */
export function isGenuine(
  { signature, ...checkpoint }: SignedCheckpoint,
  publicKey: KeyObject,
): boolean {
  const bytes = Buffer.from(signature, 'base64url');
  return verify(digestOf(publicKey), signedBytes(checkpoint), publicKey, bytes);
}

/** Ed25519 has its own. */
function digestOf({ asymmetricKeyType }: KeyObject): 'sha256' | null {
  return asymmetricKeyType === 'rsa' ? 'sha256' : null;
}

function signedBytes(checkpoint: Checkpoint): Buffer {
  return Buffer.from(`${domain}${canonicalForm(checkpoint)}`);
}
