import { CompositeRows } from '../../platform/database/composite-rows.js';
import type { AuditEvent } from '../audit-trail/audit-event.entity.js';
import { operatorId } from '../credential-state.js';
import type { AdmissionCase } from './admission-case.js';
import {
  admissionCall,
  eventColumns,
  type CaseColumn,
  type RequestColumn,
} from './admission-columns.js';

/** What one call brings to the statement: the event that tells of it, and what has to be true for it to be let in. */
export interface AdmissionInput extends Pick<AuditEvent, RequestColumn> {
  readonly start: AdmissionCase;
}

export type AdmissionVerdict = 'admitted' | 'limited' | 'stale';

/** What the statement says of a batch, in one row. Calls whose gates others hold are missing. */
export interface AdmissionOutput {
  readonly calls: readonly AdmissionOutputCall[] | null;
}

/** What the statement says of one call. */
export type AdmissionOutputCall = readonly [
  /** The call's place in the batch, from 1. */
  place: number,
  /** `stale`: the decision was made under rights that have changed since. */
  verdict: AdmissionVerdict,
  /** Places left after this call. */
  remaining: number | null,
  /** Seconds until a place is free (limited), or until the oldest counted call leaves the window. */
  reset: number | null,
  /** The number of the event that was recorded; null where another call's tells of this one. */
  seq: number | null,
  /** How many calls the event tells of. */
  count: number | null,
  /** The event's time, in milliseconds since 1970. */
  at: number | null,
];

const inputNames = [admissionCall.start, admissionCall.columns]
  .flatMap(Object.keys)
  .map(columnName);
const eventNames = eventColumns.map(columnName);

/**
 * The two parameters of the statement for a batch of calls. The driver puts them together in a buffer that it makes anew
 * when it is too small: the small one comes first.
 */
export function admissionParameters(
  inputs: readonly AdmissionInput[],
): [gates: string[], calls: CompositeRows<RequestColumn, CaseColumn>] {
  const gates = new Set<string>();
  for (const { start } of inputs) {
    const { organizationId, bucketId } = start.values;
    gates.add(organizationId);
    if (bucketId !== null) gates.add(bucketId);
  }
  return [[...gates], new CompositeRows(admissionCall, inputs)];
}

/**
 * Admits a batch of calls in one statement that commits by itself. `$1` holds the gates that they name, `$2` an
 * {@link AdmissionInput} for each.
 *
 * - `locked` takes the gates in the order of their ids, so that no two batches wait for each other. `SKIP LOCKED`
 *   leaves out what others hold: calls of a gate that is left out are missing from the output.
 * - `clock` is read after the locks. `gates` tells each gate's own time by it, which never goes back, so that the events of
 *   an organization are in order; and it counts what the window holds.
 * - `judged` confirms the rights and ranks the calls of a bucket: as many as there are places are admitted.
 * - `numbered` gives the events their numbers: one a call, and one for all calls of one actor
 *   that a credential was refused by the limit.
 *
 * `counted_before` is the window: the number of calls that had been counted before each of 61 consecutive seconds, the
 * last of which is the gate's `second`. It is written when the second changes and searched by halves, since it never
 * falls. So the cost does not grow with the limit, and the count is at most one second too careful.
 *
 * Every verdict comes from the locked rows, never from the statement's snapshot, save the installation's version,
 * for which the snapshot is enough: it was taken after the call began. Only `input` carries what the events say:
 * wide rows make every step dearer.
 */
function admissionStatement(waits: boolean): string {
  return `WITH ${judged(waits)}, ${recorded()} ${results}`;
}

/** Locks the gates and decides about every call. */
function judged(waits: boolean): string {
  return `
input AS MATERIALIZED (
  SELECT * FROM unnest($2::${admissionCall.name}[]) WITH ORDINALITY
    AS call (${inputNames.join(', ')}, place)
), locked AS MATERIALIZED (
  SELECT id, version, seq, at, counted, second, counted_before FROM gate WHERE id = ANY($1::uuid[])
  ORDER BY id FOR NO KEY UPDATE ${waits ? '' : 'SKIP LOCKED'}
), clock AS MATERIALIZED (
  SELECT admission_clock() AS at, (SELECT version FROM gate WHERE id = '${operatorId}') AS platform_version
  FROM (SELECT count(*) FROM locked) AS held
), gates AS MATERIALIZED (
  SELECT *, counted - coalesce(counted_before[passed + 1], counted) AS used
  FROM (
    SELECT *, least(floor(now)::bigint - second, 61)::int AS passed
    FROM (
      SELECT id, version, platform_version, seq, counted, second, counted_before,
        greatest(clock.at, locked.at) AS at, date_part('epoch', greatest(clock.at, locked.at)) AS now
      FROM clock CROSS JOIN locked) AS told) AS timed
), judged AS MATERIALIZED (
  SELECT place, organization_id, bucket_id, credential_id, actor_id, seq, at, CASE WHEN stale THEN 'stale'
      WHEN rank > "limit" - used THEN 'limited' ELSE 'admitted' END AS verdict,
    greatest("limit" - used - rank, 0) AS remaining,
    CASE used WHEN 0 THEN 61 ELSE width_bucket(counted - least(used, "limit"), counted_before) - passed END AS reset,
    now - floor(now) AS into_second
  FROM (
    SELECT place, organization_id, bucket_id, credential_id, actor_id, "limit", gates.seq, gates.at, stale.is AS stale,
      bucket.now, bucket.passed, bucket.used, bucket.counted, bucket.counted_before,
      row_number() OVER (PARTITION BY bucket_id, stale.is ORDER BY place) AS rank
    FROM input JOIN gates ON gates.id = organization_id LEFT JOIN gates AS bucket ON bucket.id = bucket_id
    CROSS JOIN LATERAL (SELECT gates.version <> input.version
      OR gates.platform_version <> input.platform_version
      OR gates.now < coalesce("from", gates.now) OR gates.now >= coalesce(until, 'Infinity') AS is) AS stale
    WHERE bucket_id IS NULL OR bucket.id IS NOT NULL) AS ranked
)`;
}

/** Writes the events and brings the gates up to date. */
function recorded(): string {
  return `
numbered AS MATERIALIZED (
  SELECT place, organization_id, verdict, count, at::timestamptz(3) AS at,
    seq + row_number() OVER (PARTITION BY organization_id ORDER BY place) AS seq
  FROM (
    SELECT place, organization_id, seq, at, verdict, 1 AS count FROM judged WHERE verdict = 'admitted'
    UNION ALL
    SELECT min(place), organization_id, min(seq), min(at), 'limited', count(*)
    FROM judged WHERE verdict = 'limited' GROUP BY organization_id, credential_id, actor_id
  ) AS told
), written AS (
  INSERT INTO audit_event (organization_id, seq, occurred_at, count, ${eventNames.join(', ')})
  SELECT input.organization_id, seq, at, count, ${eventNames.map(column).join(', ')}
  FROM numbered JOIN input USING (place)
), turned AS (
  UPDATE gate SET seq = gate.seq + sums.events, at = gates.at, counted = gate.counted + sums.calls,
    second = floor(now), counted_before = CASE passed WHEN 0 THEN gate.counted_before
      ELSE gate.counted_before[passed + 1:] || array_fill(gate.counted, ARRAY[passed]) END
  FROM gates JOIN (
    SELECT id, count(*) FILTER (WHERE is_event) AS events, count(*) FILTER (WHERE NOT is_event) AS calls
    FROM (
      SELECT organization_id AS id, true AS is_event FROM numbered
      UNION ALL
      SELECT bucket_id, false FROM judged WHERE verdict = 'admitted' AND bucket_id IS NOT NULL
    ) AS parts GROUP BY id) AS sums ON sums.id = gates.id
  WHERE gate.id = gates.id
)`;
}

/**
 * Tells every call its verdict, where its bucket stands, and its event. `reset` is the time until the oldest call leaves
 * the window, or for a call that was refused until enough of them have.
 */
const results = `
SELECT json_agg(json_build_array(place, judged.verdict, remaining,
  CASE judged.verdict WHEN 'limited' THEN ceil(reset - into_second) ELSE reset END,
  numbered.seq, count, round(date_part('epoch', numbered.at) * 1000))) AS calls
FROM judged LEFT JOIN numbered USING (place)`;

/** What stands in the column: calls past the limit are refused for that, whatever was decided about them. */
function column(name: string): string {
  if (name === 'outcome') return `CASE verdict WHEN 'limited' THEN 'denied' ELSE outcome END`;
  if (name === 'code')
    return `CASE verdict WHEN 'limited' THEN 'rate_limit_exceeded' ELSE code END`;
  return name;
}

/** The name of a column in SQL: `limit` and `from` are words of its own. */
function columnName(property: string): string {
  const name = property.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return ['limit', 'from'].includes(name) ? `"${name}"` : name;
}

/** Passes over the calls whose gates others hold. */
export const admitUnheld = admissionStatement(false);

/** Waits for the gates that others hold. */
export const admitWaiting = admissionStatement(true);
