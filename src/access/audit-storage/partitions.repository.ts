import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { hashLength } from '../audit-chain/chain.js';

/** A partition that is to go, and how far that has come. */
export interface Leaving {
  readonly name: string;
  /** `attached`: nothing was done yet; `pending`: it is being detached; `detached`: it is a table by itself. */
  readonly state: 'attached' | 'pending' | 'detached';
}

/** The part of an organization's log that is in a partition. */
export interface Stretch {
  readonly organizationId: string;
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** The hash of the last event; null while that is not sealed. */
  readonly hash: Buffer | null;
  /** Whether its calls are in the totals of use. */
  readonly counted: boolean;
}

/** Keeps two instances from making the same partition: the key of an advisory lock. */
const makingLock = 7_041_980;

/** Says of a table that it was detached in order to be dropped: what an operator detaches is not ours to drop. */
const mark = 'latchkey drops this: its events are older than AUDIT_RETENTION_DAYS';

/** Signing takes some 30 µs each and nothing else happens meanwhile. */
const mostAtOnce = 200;

/** Comes before every id. */
const leastId = '00000000-0000-0000-0000-000000000000';

const thisWeek = `date_trunc('week', admission_clock() AT TIME ZONE 'UTC')`;
const weekAfter = (weeks: string) => `${thisWeek} + ${weeks} * interval '7 days'`;
const dateOf = (time: string) => `to_char(${time}, 'YYYY-MM-DD')`;
const nameOf = (week: string) => `to_char(${week}, '"audit_event_"YYYYMMDD')`;

/** The partitions of the audit log: a week each, named by its Monday (UTC). */
@Injectable()
export class PartitionsRepository {
  constructor(private readonly database: Database) {}

  /**
   * Makes the partitions of this week and so many after it, where they are missing, and gives their names. Each is
   * made as a table by itself and then attached, which holds up neither readers nor writers of the others.
   */
  makeAhead(weeks: number): Promise<string[]> {
    return this.database.transaction(async () => {
      await this.database.rows('SELECT pg_advisory_xact_lock($1)', [makingLock]);
      const missing = await this.database.rows<{ name: string; from: string; to: string }>(
        `SELECT ${nameOf('week')} AS name, ${dateOf('week')} AS "from", ${dateOf("week + interval '7 days'")} AS "to"
         FROM generate_series(0, $1) AS n CROSS JOIN LATERAL (SELECT ${weekAfter('n')} AS week) AS weeks
         WHERE to_regclass(${nameOf('week')}) IS NULL ORDER BY n`,
        [weeks],
      );
      for (const { name, from, to } of missing) {
        await this.database.rows(
          `CREATE TABLE ${name} (LIKE audit_event INCLUDING DEFAULTS INCLUDING CONSTRAINTS)
           WITH (autovacuum_vacuum_insert_scale_factor = 0.02)`,
        );
        await this.database.rows(
          `ALTER TABLE audit_event ATTACH PARTITION ${name} FOR VALUES FROM ('${from} 00:00Z') TO ('${to} 00:00Z')`,
        );
      }
      return missing.map(({ name }) => name);
    });
  }

  /** Tells whether there is a place for every event from now until so many days later. */
  async cover(days: number): Promise<boolean> {
    const [row] = await this.database.rows<{ covered: boolean }>(
      `SELECT bool_and(EXISTS (SELECT FROM pg_inherits
         WHERE inhparent = 'audit_event'::regclass AND inhrelid = to_regclass(${nameOf('week')})
           AND NOT inhdetachpending)) AS covered
       FROM generate_series(${thisWeek}, admission_clock() AT TIME ZONE 'UTC' + make_interval(days => $1), '7 days') AS week`,
      [days],
    );
    return row?.covered === true;
  }

  /**
   * The oldest partition that is to go: all of it was longer ago than so many days, or its going was begun.
   *
   * @param days null where nothing new is to go
   */
  async findLeaving(days: number | null): Promise<Leaving | null> {
    const [row] = await this.database.rows<Leaving>(
      `SELECT relname AS name,
         CASE WHEN inhrelid IS NULL THEN 'detached' WHEN inhdetachpending THEN 'pending' ELSE 'attached' END AS state
       FROM pg_class LEFT JOIN pg_inherits ON inhrelid = oid
       WHERE relname ~ '^audit_event_\\d{8}$' AND relkind = 'r' AND pg_table_is_visible(oid) AND CASE
         WHEN NOT inhdetachpending THEN to_date(right(relname, 8), 'YYYYMMDD') + interval '7 days'
           <= admission_clock() AT TIME ZONE 'UTC' - make_interval(days => $1)
         ELSE obj_description(oid, 'pg_class') = $2 END
       ORDER BY relname LIMIT 1`,
      [days, mark],
    );
    return row ?? null;
  }

  /** Notes that a partition is to go. From now on, what is begun is finished, whatever the setting says. */
  async mark(name: string): Promise<void> {
    await this.database.rows(`COMMENT ON TABLE ${name} IS '${mark}'`);
  }

  /** Drops a partition that is detached. Waits for its last readers, but not for long. */
  async drop(name: string): Promise<void> {
    await this.database.rows(`SET LOCAL lock_timeout = '2s'`);
    await this.database.rows(`DROP TABLE ${name}`);
  }

  /** What a partition holds of the organizations' logs, some organizations at a time. */
  async *allStretches(name: string): AsyncGenerator<Stretch[]> {
    let after = leastId;
    for (;;) {
      const stretches = await this.stretches(name, after);
      yield stretches;
      const last = stretches.at(-1);
      if (!last) return;
      after = last.organizationId;
    }
  }

  private async stretches(name: string, afterId: string): Promise<Stretch[]> {
    const edge = (
      order: 'ASC' | 'DESC',
    ) => `(SELECT seq FROM ${name} WHERE organization_id = gate.id
      ORDER BY occurred_at ${order}, seq ${order} LIMIT 1)`;
    const rows = await this.database.rows<
      Record<'id' | 'first' | 'last', string> & Pick<Stretch, 'hash' | 'counted'>
    >(
      `SELECT gate.id, first.seq AS first, last.seq AS last,
         substring(block.hashes FROM (last.seq - block.first_seq)::int * ${hashLength} + 1 FOR ${hashLength}) AS hash,
         EXISTS (SELECT 1 FROM usage_head AS head WHERE head.organization_id = gate.id AND head.seq >= last.seq) AS counted
       FROM gate CROSS JOIN LATERAL ${edge('ASC')} AS first CROSS JOIN LATERAL ${edge('DESC')} AS last
       LEFT JOIN LATERAL (SELECT first_seq, hashes FROM chain_block
         WHERE organization_id = gate.id AND last_seq >= last.seq ORDER BY last_seq LIMIT 1) AS block ON true
       WHERE gate.id > $1 ORDER BY gate.id LIMIT $2`,
      [afterId, mostAtOnce],
    );
    return rows.map(({ id, first, last, hash, counted }) => {
      return { organizationId: id, firstSeq: Number(first), lastSeq: Number(last), hash, counted };
    });
  }
}
