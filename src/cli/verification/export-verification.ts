import type { KeyObject } from 'node:crypto';
import type { SignedCheckpoint } from '../../access/audit-chain/checkpoint.js';
import { ChainVerifier, type ChainedEvent } from '../../access/audit-chain/verify-chain.js';
import { Failure } from '../terminal/failure.js';

/** What is wrong, and where; an event that cannot be read has a line and no number. */
export interface Problem {
  readonly seq: number | null;
  readonly line: number | null;
  readonly problem: string;
}

/** What a verification has found. */
export interface Finding {
  readonly whole: boolean;
  /** Null for the operator's own log. */
  readonly organization_id: string | null;
  readonly events: number;
  readonly first_seq: number;
  readonly last_seq: number;
  /** The last event that is in the chain; null when none is yet. */
  readonly sealed_seq: number | null;
  /** How many checkpoints of this log there were; null when none were given. */
  readonly checkpoints: number | null;
  /** The last event that a checkpoint vouches for. */
  readonly vouched_seq: number | null;
  readonly problem_count: number;
  /** The first hundred. */
  readonly problems: readonly Problem[];
}

const mostTold = 100;

/** Verifies an export line by line, with a verifier of the chain for the log that the first event belongs to. */
export class ExportVerification {
  lines = 0;
  private verifier: ChainVerifier | null = null;
  private checkpoints: readonly SignedCheckpoint[] = [];
  private first: ChainedEvent | null = null;
  private last: ChainedEvent | null = null;
  private sealedSeq: number | null = null;
  private problemCount = 0;
  private readonly problems: Problem[] = [];

  /**
   * @param signed checkpoints of any logs; null to go without
   * @param keys one of which has to have signed each
   */
  constructor(
    private readonly signed: readonly SignedCheckpoint[] | null,
    private readonly keys: readonly KeyObject[],
  ) {}

  /** Takes the next line of the export. */
  next(line: string): void {
    this.lines += 1;
    const event = eventIn(line);
    if (!event) return this.note({ seq: null, line: this.lines, problem: 'holds no event' });
    this.verifier ??= this.verifierFor(event);
    this.first ??= event;
    this.last = event;
    if (event.hash !== null) this.sealedSeq = event.seq;
    if (JSON.stringify(event) !== line.trimEnd())
      this.noteAt(event.seq, 'is not written as the log writes it: a name may be there twice');
    for (const { seq, problem } of this.verifier.next(event)) this.noteAt(seq, problem);
  }

  /** @throws Failure when there was no event at all, or no checkpoint of this log among those that were given */
  end(): Finding {
    const { first, last, verifier, signed, checkpoints } = this;
    if (!first || !last || !verifier) throw new Failure('There is no event in it.');
    if (signed && checkpoints.length === 0)
      throw new Failure(`None of the ${signed.length} checkpoints is of this log.`);
    for (const { seq, problem } of verifier.end()) this.noteAt(seq, problem);
    const named = checkpoints.map(({ seq }) => seq).filter((seq) => seq <= last.seq);
    return {
      whole: this.problemCount === 0,
      organization_id: first.organization_id,
      events: this.lines,
      first_seq: first.seq,
      last_seq: last.seq,
      sealed_seq: this.sealedSeq,
      checkpoints: signed && checkpoints.length,
      vouched_seq: named.length === 0 ? null : Math.max(...named),
      problem_count: this.problemCount,
      problems: this.problems,
    };
  }

  private verifierFor({ organization_id: id }: ChainedEvent): ChainVerifier {
    this.checkpoints = (this.signed ?? []).filter(({ organization_id }) => organization_id === id);
    const verifier = new ChainVerifier(this.checkpoints, this.keys);
    for (const { seq, problem } of verifier.forged) this.noteAt(seq, problem);
    return verifier;
  }

  private noteAt(seq: number, problem: string): void {
    this.note({ seq, line: null, problem });
  }

  private note(problem: Problem): void {
    this.problemCount += 1;
    if (this.problems.length < mostTold) this.problems.push(problem);
  }
}

function eventIn(line: string): ChainedEvent | null {
  try {
    const event = JSON.parse(line) as Partial<ChainedEvent> | null;
    return isEvent(event) ? event : null;
  } catch {
    return null;
  }
}

function isEvent(event: Partial<ChainedEvent> | null): event is ChainedEvent {
  if (!event || !Number.isSafeInteger(event.seq) || event.organization_id === undefined)
    return false;
  return [event.previous_hash, event.hash].every(isHash);
}

/** A hash in hex; null while the event is not sealed. */
function isHash(value: unknown): boolean {
  return value === null || (typeof value === 'string' && /^[0-9a-f]{64}$/.test(value));
}
