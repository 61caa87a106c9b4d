import type { LoggerService } from '@nestjs/common';
import { destination, pino, stdSerializers, type Logger } from 'pino';
import type { LogLevel } from '../config/settings.js';

/**
 * The server's log: one JSON object a line on standard error. It is given ids, routes and outcomes, never
 * headers, queries or bodies; should one get in by accident, fields that hold secrets are cut out.
 */
export function createLogger(level: LogLevel): Logger {
  const redact = ['authorization', 'password', 'secret', 'token', 'cookie'];
  return pino(
    {
      level,
      base: null,
      redact: { paths: redact.flatMap((name) => [name, `*.${name}`]), remove: true },
      serializers: { err: toldOf },
    },
    destination({ fd: 2, sync: true }),
  );
}

/** What is told of an error. What it carries besides is left out: a failed statement has its parameters, stored secrets too. */
function toldOf(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { type, message, stack } = stdSerializers.err(error);
  return { type, message, stack, ...('code' in error && { code: error.code }) };
}

/** Lets Nest log into the same place. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  private write(level: 'trace' | 'debug' | 'warn' | 'error', message: unknown, rest: unknown[]) {
    const details = typeof message === 'object' && message !== null ? message : {};
    const texts = [message, ...rest].filter((part) => typeof part === 'string');
    const context = texts.length > 1 ? texts.pop() : undefined;
    this.logger[level]({ ...details, ...(context && { context }) }, texts.join(' '));
  }
}
