import { createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';
import {
  decodeJwt,
  decodeProtectedHeader,
  SignJWT,
  UnsecuredJWT,
  type JWTPayload,
  type ProtectedHeaderParameters,
} from 'jose';

/** What a forged token has that the genuine one has not. What is undefined is left out. */
export interface Forgery {
  readonly header?: Readonly<Record<string, unknown>>;
  readonly payload?: Readonly<Record<string, unknown>>;
  /** What signs it, unless the server's own key does. */
  readonly key?: KeyObject | Uint8Array;
}

/** Makes tokens that are wrong in one thing each, out of one that is genuine. */
export class Forger {
  readonly header: ProtectedHeaderParameters;
  readonly claims: JWTPayload;

  private readonly signingKey: KeyObject;

  /** @param signingKey the key that the server has signed the token with, as PEM */
  constructor(
    readonly genuine: string,
    signingKey: string,
  ) {
    this.header = decodeProtectedHeader(genuine);
    this.claims = decodeJwt(genuine);
    this.signingKey = createPrivateKey(signingKey);
  }

  /** The genuine token, signed again with something else in it. */
  forge({ header, payload, key = this.signingKey }: Forgery = {}): Promise<string> {
    const { alg = '' } = this.header;
    return new SignJWT({ ...this.claims, ...payload })
      .setProtectedHeader({ ...this.header, alg, ...header })
      .sign(key);
  }

  /** The genuine token with something else in its header, under its own signature or another. */
  withHeader(header: Forgery['header'], signature = this.parts[2]): string {
    const changed = Buffer.from(JSON.stringify({ ...this.header, ...header }));
    return `${changed.toString('base64url')}.${this.parts[1]}.${signature}`;
  }

  /** Tokens with alg none, in any case, with and without a signature. */
  unsecured(): string[] {
    const headers = ['none', 'None', 'NONE', 'nOnE'].map((alg) => ({ alg }));
    const changed = headers.flatMap((alg) => [this.withHeader(alg), this.withHeader(alg, '')]);
    return [new UnsecuredJWT(this.claims).encode(), ...changed];
  }

  /** Tokens with HS256 under each form of the published key that could be taken for a secret. */
  underPublishedKey(): Promise<string[]> {
    const publicKey = createPublicKey(this.signingKey);
    const { x, n } = publicKey.export({ format: 'jwk' });
    const secrets = [
      publicKey.export({ type: 'spki', format: 'pem' }),
      publicKey.export({ type: 'spki', format: 'der' }),
      Buffer.from(x ?? n ?? '', 'base64url'),
    ];
    const header = { alg: 'HS256' };
    return Promise.all(secrets.map((secret) => this.forge({ header, key: Buffer.from(secret) })));
  }

  /** The genuine token with its header or its claims in another encoding, signed by EdDSA. */
  encoded(part: 'header' | 'claims', encode: (text: string) => Buffer): string {
    const bytes = (name: typeof part) => {
      const text = JSON.stringify(this[name]);
      return name === part ? encode(text) : Buffer.from(text);
    };
    const [header, claims] = [bytes('header'), bytes('claims')];
    const signed = `${header.toString('base64url')}.${claims.toString('base64url')}`;
    return `${signed}.${sign(null, Buffer.from(signed), this.signingKey).toString('base64url')}`;
  }

  private get parts(): string[] {
    return this.genuine.split('.');
  }
}
