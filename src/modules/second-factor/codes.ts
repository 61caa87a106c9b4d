import { Secret, TOTP } from 'otpauth';

/** RFC 4226, section 4, R6: a secret of 160 bits. */
const secretBytes = 20;

/** RFC 6238, section 5.2: one step either way is enough for clocks that differ and people who type. */
const window = 1;

const recoveryCodeBytes = 10;
const recoveryCodeCount = 10;

/** A new secret to share with an authenticator app. */
export function newTotpSecret(): Buffer {
  return Buffer.from(new Secret({ size: secretBytes }).bytes);
}

/** A secret as an authenticator app takes it: in base32, and as a link that it reads from a QR code. */
export function sharedSecret(
  bytes: Buffer,
  { issuer, label }: { readonly issuer: string; readonly label: string },
): { secret: string; otpauth_url: string } {
  const totp = new TOTP({ secret: secretOf(bytes), issuer, label });
  return { secret: totp.secret.base32, otpauth_url: totp.toString() };
}

/**
 * The time step that a code of six digits belongs to, by a secret and at a moment; null when it is none of the present step, the
 * one before or the one after. Whether the step was used before is for whoever keeps the last one.
 */
export function stepOf(bytes: Buffer, code: string, atMs: number): number | null {
  if (!isTotpCode(code)) return null;
  const options = { token: code, secret: secretOf(bytes), timestamp: atMs, window };
  const delta = TOTP.validate(options);
  return delta === null ? null : TOTP.counter({ timestamp: atMs }) + delta;
}

/** Ten new recovery codes of 80 bits, in groups that people can copy. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: recoveryCodeCount }, () => {
    const { base32 } = new Secret({ size: recoveryCodeBytes });
    return base32.match(/.{4}/g)?.join('-') ?? base32;
  });
}

/** A code as it is compared, however it was typed: no spaces, no hyphens, in capitals. */
export function plainCode(typed: string): string {
  return typed.replaceAll(/[\s-]/g, '').toUpperCase();
}

/** Tells a code of an authenticator app from a recovery code. */
export function isTotpCode(plain: string): boolean {
  return /^\d{6}$/.test(plain);
}

function secretOf(bytes: Buffer): Secret {
  return new Secret({ buffer: Uint8Array.from(bytes).buffer });
}
