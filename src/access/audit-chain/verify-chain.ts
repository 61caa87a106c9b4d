import type { KeyObject } from 'node:crypto';
import type { EventRecord } from '../audit-trail/event-record.js';
import { canonicalForm, genesis, hashLength, linkHash } from './chain.js';
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
 * yet: nothing vouches for those. It holds one event at a time, so a log may be of any length.
 */
export class ChainVerifier {
  /** What is wrong with the checkpoints by themselves. */
  readonly forged: readonly ChainProblem[];
  private readonly genuine: readonly SignedCheckpoint[];
  /** Checkpoints whose events have not come yet, by the number of the event. */
  private readonly ahead = new Map<number, SignedCheckpoint[]>();
  private first: number | null = null;
  private before: Place = { seq: 0, hash: null };

  /**
   * @param checkpoints those of this organization, in any order
   * @param publicKeys the installation's, which may have had several
   */
  constructor(checkpoints: readonly SignedCheckpoint[], publicKeys: readonly KeyObject[]) {
    const isSigned = (checkpoint: SignedCheckpoint) =>
      publicKeys.some((key) => isGenuine(checkpoint, key));
    const forged = new Set(checkpoints.filter((checkpoint) => !isSigned(checkpoint)));
    this.genuine = checkpoints.filter((checkpoint) => !forged.has(checkpoint));
    const problem = 'has a checkpoint that is signed by none of these keys';
    this.forged = [...forged].map(({ seq }) => ({ seq, problem }));
    for (const checkpoint of this.genuine) {
      const others = this.ahead.get(checkpoint.seq) ?? [];
      this.ahead.set(checkpoint.seq, [...others, checkpoint]);
    }
  }

  /** Takes the next event, the oldest first, and says what is wrong with it. */
  next(event: ChainedEvent): ChainProblem[] {
    const before = this.first === null ? startOf(event, this.genuine) : this.before;
    this.first ??= event.seq;
    this.before = event;
    const checkpoints = this.ahead.get(event.seq) ?? [];
    this.ahead.delete(event.seq);
    return [
      ...problemsOf(event, before),
      ...checkpoints.flatMap((checkpoint) => contradictionsOf(checkpoint, event)),
    ];
  }

  /** Says which events checkpoints name that never came. */
  end(): ChainProblem[] {
    const missing = [...this.ahead.keys()].filter((seq) => this.first === null || seq > this.first);
    return missing.map((seq) => ({ seq, problem: 'is missing, and a checkpoint names it' }));
  }
}

/** Verifies a log that is in memory, as {@link ChainVerifier} does; gives what is wrong, nothing when it is whole. */
export function verifyChain(
  events: readonly ChainedEvent[],
  checkpoints: readonly SignedCheckpoint[],
  publicKey: KeyObject,
): ChainProblem[] {
  const verifier = new ChainVerifier(checkpoints, [publicKey]);
  return [
    ...verifier.forged,
    ...events.flatMap((event) => verifier.next(event)),
    ...verifier.end(),
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

function problemsOf(event: ChainedEvent, before: Place): ChainProblem[] {
  const { previous_hash, hash, ...record } = event;
  const { seq } = record;
  if (seq !== before.seq + 1) return [{ seq, problem: `does not follow event ${before.seq}` }];
  if (hash === null && previous_hash === null) return [];
  if (hash === null || previous_hash === null) return [{ seq, problem: 'lacks a hash' }];
  const problems: ChainProblem[] = [];
  if (previous_hash !== before.hash) problems.push({ seq, problem: 'has another past' });
  const previous = Buffer.alloc(hashLength);
  previous.write(previous_hash, 'hex');
  const own = linkHash(previous, Buffer.from(canonicalForm(record)));
  if (hash !== own.toString('hex')) problems.push({ seq, problem: 'was changed' });
  return problems;
}

function contradictionsOf(
  { organization_id, seq, hash }: SignedCheckpoint,
  event: ChainedEvent,
): ChainProblem[] {
  if (event.organization_id !== organization_id)
    return [{ seq, problem: 'is of another organization than the checkpoint' }];
  if (event.hash !== hash) return [{ seq, problem: 'is not the event that a checkpoint names' }];
  return [];
}
