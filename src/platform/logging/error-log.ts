import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';

/** An error at a place, and the call that it was met in. */
export interface MetError {
  readonly error: Error;
  /** What is told of it, such as `unavailable at GET /v1/users/me`. */
  readonly what: string;
  readonly requestId: string;
}

const together = 1_000;

/** Errors that are told apart at once; beyond, those of one place count as the same. */
const mostApart = 100;

/**
 * Tells of errors. One that comes again within a second is told once a second, with the number of calls that met it, so that
 * an hour without a database does not fill the disk.
 */
@Injectable()
export class ErrorLog implements OnApplicationShutdown {
  private readonly logger = new Logger('http');
  private readonly repeated = new Map<string, { calls: number; last: MetError }>();
  private timer: NodeJS.Timeout | undefined;

  tell(met: MetError): void {
    const key = this.repeated.size < mostApart ? `${met.what}: ${met.error.message}` : met.what;
    const known = this.repeated.get(key);
    if (known) {
      known.calls += 1;
      known.last = met;
      return;
    }
    this.repeated.set(key, { calls: 0, last: met });
    this.logger.error({ err: met.error, request_id: met.requestId }, met.what);
    this.timer ??= setInterval(() => this.tellRepeated(), together);
  }

  onApplicationShutdown(): void {
    this.tellRepeated();
    clearInterval(this.timer);
  }

  /** Tells what came again, and forgets what did not. */
  private tellRepeated(): void {
    for (const [key, { calls, last }] of this.repeated) {
      if (calls === 0) {
        this.repeated.delete(key);
        continue;
      }
      const { error, what, requestId } = last;
      this.logger.error({ calls, reason: error.message, request_id: requestId }, `${what}, again`);
      this.repeated.set(key, { calls: 0, last });
    }
    if (this.repeated.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }
}
