import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  Inject,
  Injectable,
  Logger,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
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
export class Mailer implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('mail');
  private transport: Transporter | null = null;
  private readonly underWay = new Set<Promise<void>>();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly publicUrl: PublicUrl,
  ) {}

  /** Loads what sends mail only where some can be sent: it takes two megabytes. */
  async onModuleInit(): Promise<void> {
    const { smtpUrl } = this.config;
    if (smtpUrl === null) return;
    const { createTransport } = await import('nodemailer');
    this.transport = createTransport({
      url: smtpUrl,
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

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
    this.transport?.close();
  }

  private async send({ to, subject, text }: Mail): Promise<void> {
    const { hostname } = new URL(this.publicUrl.value);
    const from = this.config.mailFrom ?? `latchkey@${hostname}`;
    await this.transport?.sendMail({
      from: { name: 'Latchkey', address: from },
      to: { name: '', address: to },
      subject,
      text,
    });
  }
}
