import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type Answer } from '../harness/client.js';

/** An answer that somebody got, to be found again in the audit log. */
export interface Answered {
  readonly requestId: string;
  /** What the audit log must tell of it. */
  readonly actions: readonly string[];
}

/** Leaves the servers the time to start again. */
const pauseMs = 20;

/** Callers that go on calling, whatever becomes of the servers, and remember what they were answered. */
export class Load {
  readonly answered: Answered[] = [];
  /** Answers that no server may give, whatever happens to it. */
  readonly unexpected: string[] = [];
  private stopped = false;
  private readonly callers: Promise<void>[];

  /**
   * @param url gives the address to call next
   * @param secret gives the key to call with
   */
  constructor(
    count: number,
    private readonly url: () => string,
    private readonly secret: () => string,
  ) {
    this.callers = Array.from({ length: count }, (_, i) => this.callOn(i));
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.callers);
  }

  private async callOn(caller: number): Promise<void> {
    for (let calls = caller; !this.stopped; calls += 1) {
      const client = new Client({ url: this.url() }, this.secret());
      const isChange = calls % 5 === 0;
      const call = isChange
        ? client.post('/projects', { name: 'Project' })
        : client.get('/users/me');
      const answer = await call.catch(() => null);
      if (answer) this.remember(answer, isChange);
      await sleep(pauseMs);
    }
  }

  private remember({ status, headers }: Answer, isChange: boolean): void {
    const requestId = headers.get('x-request-id') ?? '';
    if (status === 200) this.answered.push({ requestId, actions: ['api_key.used'] });
    else if (status === 201)
      this.answered.push({ requestId, actions: ['api_key.used', 'project.created'] });
    else if (status !== 503) this.unexpected.push(`${status} on a ${isChange ? 'change' : 'call'}`);
  }
}
