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

/** A checkpoint with the Ed25519 signature of the installation, in base64url. */
export interface SignedCheckpoint extends Checkpoint {
  readonly signature: string;
}

/** Goes before what is signed: the same key signs access tokens, none of which begins like this. */
const domain = 'latchkey audit checkpoint v1\n';

export function signCheckpoint(checkpoint: Checkpoint, privateKey: KeyObject): SignedCheckpoint {
  const signature = sign(null, signedBytes(checkpoint), privateKey).toString('base64url');
  return { ...checkpoint, signature };
}

/** Tells whether a checkpoint was signed by the installation and is unchanged. */
export function isGenuine(
  { signature, ...checkpoint }: SignedCheckpoint,
  publicKey: KeyObject,
): boolean {
  return verify(null, signedBytes(checkpoint), publicKey, Buffer.from(signature, 'base64url'));
}

function signedBytes(checkpoint: Checkpoint): Buffer {
  return Buffer.from(`${domain}${canonicalForm(checkpoint)}`);
}
