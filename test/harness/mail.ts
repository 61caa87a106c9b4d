import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A message as the mail server took it. */
export interface ReceivedMail {
  /** Every address that it was handed over for. */
  readonly to: readonly string[];
  readonly raw: string;
}

/** A mail server that keeps what it is handed. */
export class MailServer {
  private readonly received: ReceivedMail[] = [];
  private arrived: (() => void)[] = [];

  private constructor(
    private readonly server: SMTPServer,
    readonly url: string,
  ) {}

  static async start(): Promise<MailServer> {
    const take: { mail?: MailServer } = {};
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      logger: false,
      onData: (stream, session, done) => {
        const to = session.envelope.rcptTo.map(({ address }) => address);
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          take.mail?.keep({ to, raw: Buffer.concat(chunks).toString() });
          done();
        });
      },
    });
    server.listen(0, '127.0.0.1');
    await once(server.server, 'listening');
    const { port } = server.server.address() as AddressInfo;
    take.mail = new MailServer(server, `smtp://127.0.0.1:${port}`);
    return take.mail;
  }

  /** The next message that nobody has read yet, as soon as it is there. */
  async next(): Promise<ReceivedMail> {
    for (;;) {
      const mail = this.received.shift();
      if (mail) return mail;
      await new Promise<void>((resolve) => this.arrived.push(resolve));
    }
  }

  /** How many messages nobody has read yet. */
  get unread(): number {
    return this.received.length;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private keep(mail: ReceivedMail): void {
    this.received.push(mail);
    const waiting = this.arrived;
    this.arrived = [];
    for (const resolve of waiting) resolve();
  }
}

/** The token with a prefix that stands in a message. */
export function tokenIn({ raw }: ReceivedMail, prefix: string): string {
  const [, token] = new RegExp(`#token=(${prefix}_[0-9A-Za-z]{49})`).exec(decoded(raw)) ?? [];
  if (token === undefined) throw new Error(`no token in ${raw}`);
  return token;
}

/** The text of a message, without the line breaks of quoted-printable (RFC 2045, section 6.7). */
export function decoded(raw: string): string {
  return raw
    .replaceAll(/=\r?\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
}
