import { operatorId } from '../credential-state.js';

/** Columns of an audit event that come with the call. */
const eventColumns = {
  action: 'text',
  outcome: 'text',
  code: 'text',
  project_id: 'uuid',
  actor_type: 'text',
  actor_id: 'uuid',
  actor_name: 'text',
  credential_type: 'text',
  credential_id: 'uuid',
  credential_prefix: 'text',
  product: 'text',
  access: 'text',
  request_id: 'uuid',
  request_method: 'text',
  request_route: 'text',
  request_ip: 'text',
  request_user_agent: 'text',
} as const;

type EventColumn = keyof typeof eventColumns;

const names = Object.keys(eventColumns) as EventColumn[];
const typed = names.map((name) => `${name} ${eventColumns[name]}`);

/** What one call brings to the statement. What is undefined is left out of the JSON, which is cheaper than a null. */
export type AdmissionInput = Readonly<Record<EventColumn, string | undefined>> & {
  readonly organization_id: string;
  /** The gate that counts the call; none when it does not count. */
  readonly bucket_id: string | undefined;
  /** Calls that the bucket lets through in 60 seconds. */
  readonly limit: number;
  /** The changes of rights that the decision was made under. */
  readonly version: number;
  readonly platform_version: number;
  /** Seconds since 1970 between which the credential is in force; none where there is no such bound. */
  readonly from: number | undefined;
  readonly until: number | undefined;
};

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

/** The two parameters of the statement for a batch of calls. */
export function admissionParameters(
  inputs: readonly AdmissionInput[],
): [calls: string, gates: string[]] {
  const gates = new Set<string>();
  for (const { organization_id, bucket_id } of inputs) {
    gates.add(organization_id);
    if (bucket_id !== undefined) gates.add(bucket_id);
  }
  return [JSON.stringify(inputs), [...gates]];
}

/**
 * Admits a batch of calls in one statement that commits by itself. `$1` is a JSON array of {@link AdmissionInput},
 * `$2` the gates that they name.
 *
 * - `locked` takes the gates in the order of their ids, so that no two batches wait for each other. `SKIP LOCKED`
 *   leaves out what others hold: calls of a gate that is left out are missing from the output.
 * - `clock` is read after the locks. `gates` tells each gate's own time by it, which never goes back, so that the events of
 *   an organization are in order; and it counts what the window holds. `counted_before[s mod 64]` is the number of calls counted before second *s*,
 *   written when the second changes; so the cost does not grow with the limit, and the count is at most one second
 *   too careful.
 * - `judged` confirms the rights and ranks the calls of a bucket: as many as there are places are admitted.
 * - `numbered` gives the events their numbers: one a call, and one for all that a credential was refused by the limit.
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
  SELECT * FROM ROWS FROM (json_to_recordset($1) AS (organization_id uuid, bucket_id uuid, "limit" bigint,
    version bigint, platform_version bigint, "from" float8, until float8, ${typed.join(', ')}))
    WITH ORDINALITY AS call (organization_id, bucket_id, "limit", version, platform_version, "from", until,
      ${names.join(', ')}, place)
), locked AS MATERIALIZED (
  SELECT * FROM gate WHERE id = ANY($2::uuid[])
  ORDER BY id FOR NO KEY UPDATE ${waits ? '' : 'SKIP LOCKED'}
), clock AS MATERIALIZED (
  SELECT admission_clock() AS at, (SELECT version FROM gate WHERE id = '${operatorId}') AS platform_version
  FROM (SELECT count(*) FROM locked) AS held
), gates AS MATERIALIZED (
  SELECT id, version, seq, counted, ring, own.at, own.now, own.second,
    counted - ring[(own.second - 60) % 64 + 1] AS used,
    CASE WHEN own.second = locked.second THEN oldest ELSE coalesce((
      SELECT min(s) FROM generate_series(own.second - 60, own.second - 1) AS s
      WHERE ring[(s + 1) % 64 + 1] > ring[s % 64 + 1]), own.second) END AS oldest
  FROM clock CROSS JOIN locked CROSS JOIN LATERAL (
    SELECT at, extract(epoch FROM at)::float8 AS now, floor(extract(epoch FROM at))::bigint AS second
    FROM (SELECT greatest(clock.at, locked.at) AS at) AS later) AS own
  CROSS JOIN LATERAL (
    SELECT CASE WHEN own.second = locked.second THEN counted_before ELSE ARRAY(
      SELECT CASE WHEN (i - locked.second % 64 + 63) % 64 < own.second - locked.second
        THEN counted ELSE counted_before[i + 1] END
      FROM generate_series(0, 63) AS i) END AS ring) AS turned
), ranked AS (
  SELECT place, organization_id, bucket_id, credential_id, "limit", stale.is AS stale, gates.seq, gates.at,
    bucket.used, bucket.oldest, bucket.second, bucket.now, row_number() OVER (PARTITION BY bucket_id, stale.is ORDER BY place) AS rank
  FROM clock CROSS JOIN input
  JOIN gates ON gates.id = organization_id
  LEFT JOIN gates AS bucket ON bucket.id = bucket_id
  CROSS JOIN LATERAL (SELECT gates.version <> input.version
    OR clock.platform_version <> input.platform_version
    OR gates.now < coalesce("from", gates.now) OR gates.now >= coalesce(until, 'Infinity') AS is) AS stale
  WHERE bucket_id IS NULL OR bucket.id IS NOT NULL
), judged AS MATERIALIZED (
  SELECT *, CASE WHEN stale THEN 'stale'
    WHEN bucket_id IS NOT NULL AND rank > "limit" - used THEN 'limited' ELSE 'admitted' END AS verdict
  FROM ranked
)`;
}

/** Writes the events and brings the gates up to date. */
function recorded(): string {
  return `
numbered AS MATERIALIZED (
  SELECT place, organization_id, verdict, count, at::timestamptz(3) AS at,
    seq + row_number() OVER (PARTITION BY organization_id ORDER BY place) AS seq
  FROM (
    SELECT min(place) AS place, organization_id, min(seq) AS seq, min(at) AS at, verdict, count(*) AS count
    FROM judged WHERE verdict <> 'stale'
    GROUP BY organization_id, verdict, credential_id, CASE verdict WHEN 'admitted' THEN place END
  ) AS told_together
), written AS (
  INSERT INTO audit_event (organization_id, seq, occurred_at, count, ${names.join(', ')})
  SELECT input.organization_id, seq, at, count, ${names.map(column).join(', ')}
  FROM numbered JOIN input USING (place)
), turned AS (
  UPDATE gate SET seq = gate.seq + sums.events, at = gates.at, counted = gate.counted + sums.calls,
    second = gates.second, oldest = gates.oldest, counted_before = gates.ring
  FROM gates JOIN (
    SELECT id, sum(events) AS events, sum(calls) AS calls FROM (
      SELECT organization_id AS id, count(*) AS events, 0 AS calls FROM numbered GROUP BY 1
      UNION ALL
      SELECT bucket_id, 0, count(*) FROM judged WHERE verdict = 'admitted' AND bucket_id IS NOT NULL GROUP BY 1
    ) AS parts GROUP BY id) AS sums ON sums.id = gates.id
  WHERE gate.id = gates.id
)`;
}

/**
 * Tells every call its verdict, where its bucket stands, and its event. Where calls were refused by the limit, all
 * places are taken.
 */
const results = `
SELECT json_agg(json_build_array(place, judged.verdict, greatest("limit" - used - rank, 0),
  CASE judged.verdict WHEN 'limited' THEN ceil(coalesce((
    SELECT min(s) + 61 FROM gates, generate_series(judged.second - 60, judged.second - 1) AS s
    WHERE id = bucket_id AND counted + greatest("limit" - used, 0) - ring[(s + 1) % 64 + 1] < "limit"
  ), judged.second + 61) - judged.now) ELSE oldest + 61 - judged.second END,
  numbered.seq, count, extract(epoch FROM numbered.at) * 1000)) AS calls
FROM judged LEFT JOIN numbered USING (place)`;

/** What stands in the column: calls past the limit are refused for that, whatever was decided about them. */
function column(name: EventColumn): string {
  if (name === 'outcome') return `CASE verdict WHEN 'limited' THEN 'denied' ELSE outcome END`;
  if (name === 'code')
    return `CASE verdict WHEN 'limited' THEN 'rate_limit_exceeded' ELSE code END`;
  return name;
}

/** Passes over the calls whose gates others hold. */
export const admitUnheld = admissionStatement(false);

/** Waits for the gates that others hold. */
export const admitWaiting = admissionStatement(true);
