import type { KeyObject } from 'node:crypto';
import type { EventRecord } from '../audit-trail/event-record.js';
import { canonicalForm, genesis, linkHash } from './chain.js';
import { isGenuine, type SignedCheckpoint } from './checkpoint.js';

/** An event with its hashes in hex, as the audit log shows it; null while it is not sealed. */
export interface ChainedEvent extends EventRecord {
  readonly previous_hash: string | null;
  readonly hash: string | null;
}

/** What is wrong, and at which event. */
export interface ChainProblem {
  readonly seq: number;
  readonly problem: string;
}

/**
 * Verifies an organization's audit log without asking the installation: that no event was changed, removed, inserted
 * or moved, and, as far as the checkpoints reach, that none is missing at the end and the whole was not made anew.
 *
 * Events may begin later than the first where a checkpoint vouches for the one before. The newest may not be sealed
 * yet: nothing vouches for those.
 *
 * @param events the oldest first
 * @param checkpoints those of this organization, in any order
 * @param publicKey the installation's
 * @returns what is wrong; nothing when the log is whole
 */
export function verifyChain(
  events: readonly ChainedEvent[],
  checkpoints: readonly SignedCheckpoint[],
  publicKey: KeyObject,
): ChainProblem[] {
  const genuine = checkpoints.filter((checkpoint) => isGenuine(checkpoint, publicKey));
  const problem = 'has a checkpoint that is not signed by this key';
  const forged = checkpoints.filter((checkpoint) => !isGenuine(checkpoint, publicKey));
  return [
    ...forged.map(({ seq }) => ({ seq, problem })),
    ...events.flatMap((event, index) =>
      problemsOf(event, index === 0 ? startOf(event, genuine) : endOf(events[index - 1])),
    ),
    ...genuine.flatMap((checkpoint) => contradictionsOf(checkpoint, events)),
  ];
}

/** Where an event has to follow: the number and the hash before it. */
interface Place {
  readonly seq: number;
  readonly hash: string | null;
}

function startOf({ seq }: ChainedEvent, checkpoints: readonly SignedCheckpoint[]): Place {
  const before = checkpoints.find((checkpoint) => checkpoint.seq === seq - 1);
  return before ?? { seq: 0, hash: genesis.toString('hex') };
}

function endOf(event: ChainedEvent | undefined): Place {
  return event ?? { seq: 0, hash: null };
}

function problemsOf(event: ChainedEvent, before: Place): ChainProblem[] {
  const { previous_hash, hash, ...record } = event;
  const { seq } = record;
  if (seq !== before.seq + 1) return [{ seq, problem: `does not follow event ${before.seq}` }];
  if (hash === null && previous_hash === null) return [];
  if (hash === null || previous_hash === null) return [{ seq, problem: 'lacks a hash' }];
  const problems: ChainProblem[] = [];
  if (previous_hash !== before.hash) problems.push({ seq, problem: 'has another past' });
  if (hash !== linkHash(Buffer.from(previous_hash, 'hex'), canonicalForm(record)).toString('hex'))
    problems.push({ seq, problem: 'was changed' });
  return problems;
}

function contradictionsOf(
  { organization_id, seq, hash }: SignedCheckpoint,
  events: readonly ChainedEvent[],
): ChainProblem[] {
  const [first] = events;
  if (first && seq < first.seq) return [];
  const event = first && events[seq - first.seq];
  if (event?.seq !== seq) return [{ seq, problem: 'is missing, and a checkpoint names it' }];
  if (event.organization_id !== organization_id)
    return [{ seq, problem: 'is of another organization than the checkpoint' }];
  if (event.hash !== hash) return [{ seq, problem: 'is not the event that a checkpoint names' }];
  return [];
}
