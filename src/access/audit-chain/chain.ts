import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { EventRecord } from '../audit-trail/event-record.js';

/** The length of a hash in bytes. */
export const hashLength = 32;

/** What stands before an organization's first event. */
export const genesis = Buffer.alloc(hashLength);

/** The last sealed event of an organization, by its number and hash. */
export interface ChainHead {
  readonly organizationId: string;
  readonly seq: number;
  readonly hash: Buffer;
}

/** The hash of an event: SHA-256 of the hash before it and its canonical form. */
export function linkHash(previous: Buffer, record: EventRecord): Buffer {
  return hash('sha256', Buffer.concat([previous, Buffer.from(canonicalEvent(record))]), 'buffer');
}

/** Bytes that are the same wherever and by whatever they are made: RFC 8785 (JCS). */
export function canonicalForm(value: object): string {
  const text = canonicalize(value);
  if (text === undefined) throw new Error('has no canonical form');
  return text;
}

/**
 * The canonical form of an event. JCS writes values as `JSON.stringify()` does, so for an event whose names are all
 * known it is enough to put them in order: that is what most events are, and it is several times as fast.
 */
export function canonicalEvent(record: EventRecord): string {
  return record.changes === null ? JSON.stringify(inOrder(record)) : canonicalForm(record);
}

function inOrder({ actor, credential, request, target, ...event }: EventRecord) {
  return {
    access: event.access,
    action: event.action,
    actor: { id: actor.id, name: actor.name, type: actor.type },
    changes: null,
    code: event.code,
    count: event.count,
    credential: credential && {
      id: credential.id,
      prefix: credential.prefix,
      type: credential.type,
    },
    id: event.id,
    occurred_at: event.occurred_at,
    organization_id: event.organization_id,
    outcome: event.outcome,
    product: event.product,
    project_id: event.project_id,
    request: request && {
      id: request.id,
      ip: request.ip,
      method: request.method,
      route: request.route,
      user_agent: request.user_agent,
    },
    seq: event.seq,
    target: target && { id: target.id, type: target.type },
  } satisfies Record<keyof EventRecord, unknown>;
}
