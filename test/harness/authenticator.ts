import { createHmac } from 'node:crypto';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** An authenticator app: it knows the link that it was given, RFC 4226 and RFC 6238, and nothing of the server. */
export class Authenticator {
  constructor(private readonly secret: Buffer) {}

  /** An app that has read `otpauth://totp/…` from a QR code. */
  static reading(link: string): Authenticator {
    const { protocol, host, searchParams } = new URL(link);
    const digits = searchParams.get('digits') ?? '6';
    const period = searchParams.get('period') ?? '30';
    const algorithm = searchParams.get('algorithm') ?? 'SHA1';
    const kind = [protocol, host, digits, period, algorithm].join(' ');
    if (kind !== 'otpauth: totp 6 30 SHA1') throw new Error(`the app does not know ${kind}`);
    return new Authenticator(fromBase32(searchParams.get('secret') ?? ''));
  }

  /** The code that it shows, so many seconds after 1970. */
  code(seconds: number): string {
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(Math.floor(seconds / 30)));
    const hmac = createHmac('sha1', this.secret).update(counter).digest();
    const offset = hmac.readUInt8(19) & 0xf;
    const number = hmac.readUInt32BE(offset) & 0x7fffffff;
    return String(number % 1_000_000).padStart(6, '0');
  }
}

function fromBase32(text: string): Buffer {
  const bits = [...text].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0'));
  const bytes = bits.join('').match(/.{8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => parseInt(byte, 2)));
}
