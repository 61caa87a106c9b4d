import { operatorId } from '../credential-state.js';

/** Columns of an audit event that come with the call, in the order of the statement. */
const eventColumns = {
  id: 'uuid',
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

const names = Object.keys(eventColumns);
const typed = names.map((name) => `${name} ${eventColumns[name as keyof typeof eventColumns]}`);

/** What one call brings to the statement, as JSON. */
export type AdmissionInput = Readonly<Record<keyof typeof eventColumns, string | null>> & {
  /** The call's place in the batch. */
  readonly n: number;
  readonly organization_id: string;
  /** The gate that counts the call; null when it does not count. */
  readonly bucket_id: string | null;
  /** Calls that the bucket lets through in 60 seconds. */
  readonly limit: number;
  /** The changes of rights that the decision was made under. */
  readonly version: number;
  readonly platform_version: number;
  /** Seconds since 1970 between which the credential is in force, null where there is no such bound. */
  readonly from: number | null;
  readonly until: number | null;
};

/** What the statement says of one call. `stale`: the decision was made under rights that have changed since. */
export interface AdmissionOutput {
  readonly n: number;
  readonly verdict: 'admitted' | 'limited' | 'stale';
  /** Places left after this batch. */
  readonly remaining: number | null;
  /** Seconds until a place is free (limited), or until the oldest counted call leaves the window. */
  readonly reset: number | null;
}

/**
 * Admits a batch of calls in one statement that commits by itself. `$1` is a JSON array of {@link AdmissionInput}.
 *
 * - `locked` takes the gates in the order of their ids, so that no two batches wait for each other. `SKIP LOCKED`
 *   leaves out what others hold: calls of a gate that is left out are missing from the output.
 * - `clock` is read after the locks and never goes back for an organization, so that its events are in order.
 * - `gates` counts what the window holds. `counted_before[s mod 64]` is the number of calls counted before second *s*,
 *   written when the second changes; so the cost does not grow with the limit, and the count is at most one second
 *   too careful.
 * - `judged` confirms the rights and ranks the calls of a bucket: as many as there are places are admitted.
 * - `recorded` numbers the events: one a call, and one for all that a credential was refused by the limit.
 *
 * Every verdict comes from the locked rows, never from the statement's snapshot, save the installation's version,
 * for which the snapshot is enough: it was taken after the call began.
 */
function admissionStatement(waits: boolean): string {
  return `WITH ${judged(waits)}, ${recorded()} ${results}`;
}

/** Locks the gates and decides about every call. */
function judged(waits: boolean): string {
  return `
input AS MATERIALIZED (
  SELECT * FROM json_to_recordset($1) AS x(n int, organization_id uuid, bucket_id uuid, "limit" bigint,
    version bigint, platform_version bigint, "from" float8, until float8, ${typed.join(', ')})
), locked AS MATERIALIZED (
  SELECT * FROM gate WHERE id IN (SELECT organization_id FROM input UNION SELECT bucket_id FROM input)
  ORDER BY id FOR NO KEY UPDATE ${waits ? '' : 'SKIP LOCKED'}
), clock AS MATERIALIZED (
  SELECT at, extract(epoch FROM at)::float8 AS now, floor(extract(epoch FROM at))::bigint AS second,
    (SELECT version FROM gate WHERE id = '${operatorId}') AS platform_version
  FROM (SELECT greatest(admission_clock(), max(locked.at)) AS at FROM locked) AS latest
), gates AS MATERIALIZED (
  SELECT id, version, seq, counted, ring,
    counted - ring[(clock.second - 60) % 64 + 1] AS used,
    CASE WHEN clock.second = locked.second THEN oldest ELSE coalesce((
      SELECT min(s) FROM generate_series(clock.second - 60, clock.second - 1) AS s
      WHERE ring[(s + 1) % 64 + 1] > ring[s % 64 + 1]), clock.second) END AS oldest
  FROM clock, locked CROSS JOIN LATERAL (
    SELECT CASE WHEN clock.second = locked.second THEN counted_before ELSE ARRAY(
      SELECT CASE WHEN (i - locked.second % 64 + 63) % 64 < clock.second - locked.second
        THEN counted ELSE counted_before[i + 1] END
      FROM generate_series(0, 63) AS i) END AS ring) AS turned
), judged AS MATERIALIZED (
  SELECT input.*, gates.seq, bucket.used, bucket.ring, bucket.counted, bucket.oldest,
    CASE WHEN stale.is THEN 'stale'
      WHEN input.bucket_id IS NOT NULL AND row_number() OVER (PARTITION BY input.bucket_id, stale.is ORDER BY n)
        > "limit" - bucket.used THEN 'limited'
      ELSE 'admitted' END AS verdict
  FROM input CROSS JOIN clock
  JOIN gates ON gates.id = input.organization_id
  LEFT JOIN gates AS bucket ON bucket.id = input.bucket_id
  CROSS JOIN LATERAL (SELECT gates.version <> input.version
    OR clock.platform_version <> input.platform_version
    OR clock.now < coalesce("from", clock.now) OR clock.now >= coalesce(until, 'Infinity') AS is) AS stale
  WHERE input.bucket_id IS NULL OR bucket.id IS NOT NULL
)`;
}

/** Writes the events and brings the gates up to date. */
function recorded(): string {
  return `
recorded AS MATERIALIZED (
  SELECT *, seq + row_number() OVER (PARTITION BY organization_id ORDER BY n) AS number FROM (
    SELECT *, count(*) OVER same AS repeats, row_number() OVER same_in_order AS repeat
    FROM judged WHERE verdict <> 'stale'
    WINDOW same AS (PARTITION BY organization_id, verdict, credential_id, CASE verdict WHEN 'admitted' THEN n END),
      same_in_order AS (same ORDER BY n)) AS counted_events
  WHERE repeat = 1
), written AS (
  INSERT INTO audit_event (organization_id, seq, occurred_at, count, ${names.join(', ')})
  SELECT organization_id, number, at, repeats, ${names.map(column).join(', ')}
  FROM recorded, clock
), turned AS (
  UPDATE gate SET seq = gate.seq + sums.events, at = clock.at, counted = gate.counted + sums.calls,
    second = clock.second, oldest = gates.oldest, counted_before = gates.ring
  FROM clock, gates JOIN (
    SELECT id, sum(events) AS events, sum(calls) AS calls FROM (
      SELECT organization_id AS id, count(*) AS events, 0 AS calls FROM recorded GROUP BY 1
      UNION ALL
      SELECT bucket_id, 0, count(*) FROM judged WHERE verdict = 'admitted' AND bucket_id IS NOT NULL GROUP BY 1
    ) AS parts GROUP BY id) AS sums ON sums.id = gates.id
  WHERE gate.id = gates.id
)`;
}

/** Tells every call its verdict and where its bucket stands. */
const results = `
SELECT n, verdict, greatest("limit" - used - admitted, 0)::int AS remaining,
  CASE verdict
    WHEN 'limited' THEN ceil(coalesce((
      SELECT min(s) + 61 FROM generate_series(clock.second - 60, clock.second - 1) AS s
      WHERE counted + admitted - ring[(s + 1) % 64 + 1] < "limit"), clock.second + 61) - clock.now)::int
    ELSE (oldest + 61 - clock.second)::int END AS reset
FROM clock, (
  SELECT *, count(*) FILTER (WHERE verdict = 'admitted') OVER (PARTITION BY bucket_id) AS admitted FROM judged
) AS counted_calls`;

/** What stands in the column: calls past the limit are refused for that, whatever was decided about them. */
function column(name: string): string {
  if (name === 'outcome') return `CASE verdict WHEN 'limited' THEN 'denied' ELSE outcome END`;
  if (name === 'code')
    return `CASE verdict WHEN 'limited' THEN 'rate_limit_exceeded' ELSE code END`;
  return name;
}

/** Passes over the calls whose gates others hold. */
export const admitUnheld = admissionStatement(false);

/** Waits for the gates that others hold. */
export const admitWaiting = admissionStatement(true);
