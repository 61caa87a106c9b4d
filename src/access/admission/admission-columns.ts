import type { AuditEvent } from '../audit-trail/audit-event.entity.js';

/** What decides whether a call is let in. */
const decidingColumns = {
  organizationId: 'uuid',
  bucketId: 'uuid',
  limit: 'bigint',
  version: 'bigint',
  platformVersion: 'bigint',
  from: 'float8',
  until: 'float8',
} as const;

/** What an audit event says of every call that asks the same. */
const subjectColumns = {
  action: 'text',
  outcome: 'text',
  code: 'text',
  projectId: 'uuid',
  actorType: 'text',
  actorId: 'uuid',
  actorName: 'text',
  credentialType: 'text',
  credentialId: 'uuid',
  credentialPrefix: 'text',
  product: 'text',
  access: 'text',
} as const;

/** What an audit event says of the very call. */
const requestColumns = {
  requestId: 'uuid',
  requestMethod: 'text',
  requestRoute: 'text',
  requestIp: 'text',
  requestUserAgent: 'text',
} as const;

/** The database's type of what one call brings to the admission statement. */
export const admissionCall = {
  name: 'admission_call',
  start: { ...decidingColumns, ...subjectColumns },
  columns: requestColumns,
} as const;

export type CaseColumn = keyof typeof admissionCall.start;
export type RequestColumn = keyof typeof admissionCall.columns;

/** The columns that are the event's. */
export const eventColumns: readonly string[] = Object.keys({
  ...subjectColumns,
  ...requestColumns,
});

/** What calls bring that ask the same. */
export interface CaseValues extends Pick<
  AuditEvent,
  'organizationId' | keyof typeof subjectColumns
> {
  /** The gate that counts the call; none when it does not count. */
  readonly bucketId: string | null;
  /** Calls that the bucket lets through in 60 seconds. */
  readonly limit: number;
  /** The changes of rights that the decision was made under. */
  readonly version: number;
  readonly platformVersion: number;
  /** Seconds since 1970 between which the credential is in force; none where there is no such bound. */
  readonly from: number | null;
  readonly until: number | null;
}
