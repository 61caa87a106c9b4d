import type { ErrorDetail, FieldProblem, MissingAccess } from './generated/types.gen.js';

/** Why a call was refused: the codes of Latchkey's document, an OAuth error, or `unexpected_answer`. */
export type RefusalCode = ErrorDetail['code'] | (string & {});

/** What Latchkey said when it refused a call. No token and no secret is in it. */
export class LatchkeyError extends Error {
  override readonly name = 'LatchkeyError';

  /** The HTTP status of the answer. */
  readonly status: number;
  /** Stable: programs may rely on it. `unexpected_answer` when something else than Latchkey answered. */
  readonly code: RefusalCode;
  /** What to look for in Latchkey's log and audit log; null when the answer names none. */
  readonly requestId: string | null;
  /** On `invalid_request`: what is wrong, field by field. */
  readonly details: readonly FieldProblem[];
  /** On `insufficient_permissions`: the smallest access that would let the call pass. */
  readonly missing: readonly MissingAccess[];
  /** After how many seconds the next call succeeds; null when the answer does not say. */
  readonly retryAfterSeconds: number | null;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.status = refusal.status;
    this.code = refusal.code;
    this.requestId = refusal.requestId;
    this.details = refusal.details;
    this.missing = refusal.missing;
    this.retryAfterSeconds = refusal.retryAfterSeconds;
  }
}

/** What a {@link LatchkeyError} is made of. */
export type Refusal = Omit<LatchkeyError, 'name' | 'cause' | 'stack'>;

/**
 * Latchkey could not be asked: no connection, or no answer in time. What became of a change that was asked for is not
 * known.
 */
export class LatchkeyUnreachable extends Error {
  override readonly name = 'LatchkeyUnreachable';

  constructor(reason: string, cause?: unknown) {
    super(`Latchkey cannot be reached: ${reason}`, { cause });
  }
}
