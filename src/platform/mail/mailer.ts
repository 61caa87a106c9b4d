import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import type { Transporter } from 'nodemailer';
import { CONFIG, PublicUrl, type Config } from '../config/config.js';

/** A message to one person, in plain text: nothing in it is taken for markup. */
export interface Mail {
  /** One address; it is never parsed, so it cannot name more. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

const timeoutMs = 10_000;

const [shortestPauseMs, longestPauseMs] = [50, 250];

/** Sends e-mail by `SMTP_URL`, if the operator has set one. */
@Injectable()
export class Mailer implements OnModuleDestroy {
  private readonly logger = new Logger('mail');
  private transport: Promise<Transporter> | null = null;
  private readonly underWay = new Set<Promise<void>>();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly publicUrl: PublicUrl,
  ) {}

  /** Whether mail can be sent at all. */
  get sends(): boolean {
    return this.config.smtpUrl !== null;
  }

  /**
   * Sends a message after what is being done: nobody waits for it, so that its time tells nothing. A failure is told in the
   * server's log, without the address or the text.
   */
  sendLater(mail: Mail): void {
    this.later(() => this.send(mail));
  }

  /**
   * Lets work begin after the answer has gone, at a moment that nobody can tell, so that it slows neither this answer nor a
   * certain one after it. It is finished before the server stops.
   */
  later(work: () => Promise<void>): void {
    const pauseMs = randomInt(shortestPauseMs, longestPauseMs);
    const told = sleep(pauseMs)
      .then(work)
      .catch((error: unknown) => {
        const { code, message } = error as { code?: string; message?: string };
        this.logger.error({ code }, `mail was not sent: ${code ?? message ?? 'unknown'}`);
      });
    this.underWay.add(told);
    void told.finally(() => this.underWay.delete(told));
  }

  async onModuleDestroy(): Promise<void> {
    // What is under way may have more to send.
    while (this.underWay.size > 0) await Promise.all(this.underWay);
    (await this.transport)?.close();
  }

  private async send({ to, subject, text }: Mail): Promise<void> {
    const { smtpUrl, mailFrom } = this.config;
    if (smtpUrl === null) return;
    this.transport ??= createTransport(smtpUrl);
    const { hostname } = new URL(this.publicUrl.value);
    await (
      await this.transport
    ).sendMail({
      from: { name: 'Latchkey', address: mailFrom ?? `latchkey@${hostname}` },
      to: { name: '', address: to },
      subject,
      text,
    });
  }
}

/** What sends mail is loaded with the first: it takes two megabytes. */
async function createTransport(url: string): Promise<Transporter> {
  const nodemailer = await import('nodemailer');
  return nodemailer.createTransport({
    url,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}
