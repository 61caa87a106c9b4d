import { filledFrame } from '../audit-chain/canonical-event.js';
import type { FreshEvent } from '../audit-chain/fresh-log.js';
import { keptText } from '../audit-trail/kept-text.js';
import type { AdmissionInput, AdmissionOutputCall } from './admission-statement.js';
import type { Call } from './call.js';
import type { Judgement } from './judgement.js';

/** What a judged call brings to the admission statement. */
export function admissionInput({ request }: Call, { admissionCase }: Judgement): AdmissionInput {
  return {
    start: admissionCase,
    requestId: request.id,
    requestMethod: request.method,
    requestRoute: request.route,
    requestIp: request.ip,
    requestUserAgent: keptText(request.userAgent),
  };
}

/** The event of a call as it was recorded; null where another call's event tells of it. */
export function recordedEvent(
  input: AdmissionInput,
  [, verdict, , , seq, count, at]: AdmissionOutputCall,
): FreshEvent | null {
  if (seq === null || count === null || at === null) return null;
  const { start } = input;
  const { organizationId } = start.values;
  const occurredAt = new Date(at);
  const frame = verdict === 'limited' ? start.frameOfLimited(count) : start.frame;
  const canonical = filledFrame(frame, { organizationId, seq, occurredAt }, input);
  // A copy with `...place` would not die young: of such copies V8 moved two megabytes a second to its old generation.
  return { organizationId, seq, occurredAt, canonical };
}
