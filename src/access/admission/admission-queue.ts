import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { DedicatedConnection } from '../../platform/database/dedicated-connection.js';
import { FreshEvents } from '../audit-chain/fresh-events.js';
import { AdmissionLane, type Waiting } from './admission-lane.js';
import { recordedEvent } from './admission-input.js';
import type { AdmissionInput, AdmissionOutputCall } from './admission-statement.js';

const answerDeadlineMs = 1_800;
const lockTimeoutMs = 300;

/** Gates are mostly held for a moment: a call that is passed over tries again so often before it waits. */
const mostTries = 3;

/**
 * Two lanes to the database. The fast one passes over organizations whose gates are held elsewhere. Their calls try again
 * with its next batches, then go on in the other, which waits for gates in order. New calls of an organization that waits
 * there go there too, so that they do not overtake.
 */
@Injectable()
export class AdmissionQueue implements OnApplicationShutdown {
  private readonly connections: readonly DedicatedConnection[];
  private readonly fast: AdmissionLane;
  private readonly patient: AdmissionLane;
  /** How many calls of an organization are in the patient lane. */
  private readonly patientCalls = new Map<string, number>();

  constructor(
    @Inject(CONFIG) { databaseUrl }: Config,
    private readonly freshEvents: FreshEvents,
  ) {
    const fast = new DedicatedConnection(databaseUrl, answerDeadlineMs);
    const patient = new DedicatedConnection(databaseUrl, answerDeadlineMs, {
      lock_timeout: String(lockTimeoutMs),
    });
    this.connections = [fast, patient];
    this.fast = new AdmissionLane(fast, false, (calls) => this.goOn(calls));
    this.patient = new AdmissionLane(patient, true, (calls) =>
      calls.forEach((call) => call.fail(new Error('a gate is missing'))),
    );
  }

  /** Lets a call be admitted or not; what became of it is told once that is committed. */
  submit(
    input: AdmissionInput,
    settle: (output: AdmissionOutputCall) => void,
    fail: (error: unknown) => void,
  ): void {
    const call: Waiting = {
      input,
      since: performance.now(),
      passedOver: 0,
      settle: (output) => {
        const event = recordedEvent(input, output);
        if (event) this.freshEvents.keep(event);
        settle(output);
      },
      fail,
    };
    if (this.hasToWait(call)) this.wait(call);
    else this.fast.join(call);
  }

  /** Lets the calls that are submitted meanwhile go to the database in one batch. */
  together<Result>(submitting: () => Result): Result {
    return this.fast.gather(submitting);
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.connections.map((connection) => connection.close()));
  }

  private hasToWait({ input, passedOver }: Waiting): boolean {
    return passedOver >= mostTries || this.patientCalls.has(input.start.values.organizationId);
  }

  private goOn(passedOver: readonly Waiting[]): void {
    const again: Waiting[] = [];
    for (const call of passedOver) {
      call.passedOver += 1;
      if (this.hasToWait(call)) this.wait(call);
      else again.push(call);
    }
    this.fast.rejoin(again);
  }

  private wait(call: Waiting): void {
    const { organizationId: id } = call.input.start.values;
    this.patientCalls.set(id, (this.patientCalls.get(id) ?? 0) + 1);
    this.patient.join({
      ...call,
      settle: (output) => {
        this.leave(id);
        call.settle(output);
      },
      fail: (error) => {
        this.leave(id);
        call.fail(error);
      },
    });
  }

  private leave(id: string): void {
    const left = (this.patientCalls.get(id) ?? 1) - 1;
    if (left === 0) this.patientCalls.delete(id);
    else this.patientCalls.set(id, left);
  }
}
