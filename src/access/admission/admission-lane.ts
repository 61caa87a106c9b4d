import { ApiError } from '../../platform/http/api-error.js';
import type { DedicatedConnection } from '../../platform/database/dedicated-connection.js';
import {
  admitUnheld,
  admitWaiting,
  type AdmissionInput,
  type AdmissionOutput,
} from './admission-statement.js';

/** A call that waits to be admitted. */
export interface Waiting {
  readonly input: Omit<AdmissionInput, 'n'>;
  readonly since: number;
  readonly settle: (output: AdmissionOutput) => void;
  readonly fail: (error: unknown) => void;
}

const mostInABatch = 500;
const mostWaiting = 10_000;
const longestWaitMs = 2_000;

/**
 * Sends calls to the database in batches: while one batch commits, the next one forms. Each call is settled only after
 * its batch has committed.
 */
export class AdmissionLane {
  private waiting: Waiting[] = [];
  private sending = false;

  /**
   * @param waits whether to wait for gates that others hold
   * @param leave takes the calls whose gates were held by others
   */
  constructor(
    private readonly connection: DedicatedConnection,
    private readonly waits: boolean,
    private readonly leave: (calls: Waiting[]) => void,
  ) {}

  /** Lets a call join the batch that is forming. */
  join(call: Waiting): void {
    if (this.waiting.length >= mostWaiting) {
      call.fail(new ApiError('unavailable', { cause: new Error('too many calls wait') }));
      return;
    }
    this.waiting.push(call);
    if (!this.sending) void this.sendAll();
  }

  private async sendAll(): Promise<void> {
    this.sending = true;
    await Promise.resolve();
    while (this.waiting.length > 0) {
      const batch = this.waiting.slice(0, mostInABatch);
      this.waiting = this.waiting.slice(mostInABatch);
      const [late, timely] = split(batch, performance.now() - longestWaitMs);
      for (const call of late)
        call.fail(new ApiError('unavailable', { cause: new Error('waited too long') }));
      if (timely.length > 0) await this.send(timely);
    }
    this.sending = false;
  }

  /** Sends one batch. One that the database refuses for its data is halved until the call at fault is alone. */
  private async send(batch: Waiting[]): Promise<void> {
    try {
      const input = batch.map((call, n) => ({ ...call.input, n }));
      const outputs = await this.connection.run<AdmissionOutput>(
        this.waits ? 'admit_waiting' : 'admit',
        this.waits ? admitWaiting : admitUnheld,
        [JSON.stringify(input)],
      );
      const missing = new Set(batch);
      for (const output of outputs) {
        const call = batch[output.n];
        if (!call) continue;
        missing.delete(call);
        call.settle(output);
      }
      if (missing.size > 0) this.leave([...missing]);
    } catch (error) {
      await this.sendAgain(batch, error);
    }
  }

  /**
   * Goes on after a batch that had no effect. One that was refused for its data, or for a gate that stays held, is
   * halved; calls that are alone with a held gate wait on until they have waited too long.
   */
  private async sendAgain(batch: Waiting[], error: unknown): Promise<void> {
    const lockedOut = sqlState(error) === '55P03';
    const organizations = new Set(batch.map((call) => call.input.organization_id));
    if (lockedOut ? organizations.size > 1 : sqlState(error).startsWith('22') && batch.length > 1) {
      const middle = Math.ceil(batch.length / 2);
      await this.send(batch.slice(0, middle));
      await this.send(batch.slice(middle));
    } else if (lockedOut) {
      this.waiting.push(...batch);
    } else {
      for (const call of batch) call.fail(new ApiError('unavailable', { cause: error }));
    }
  }
}

function split(batch: Waiting[], oldest: number): [late: Waiting[], timely: Waiting[]] {
  return [
    batch.filter((call) => call.since < oldest),
    batch.filter((call) => call.since >= oldest),
  ];
}

function sqlState(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
