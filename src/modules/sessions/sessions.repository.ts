import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { Database } from '../../platform/database/database.js';
import type { Slice } from '../../platform/http/pages.js';
import { idleSeconds } from './refresh-tokens.repository.js';
import { Session } from './session.entity.js';
import type { SignedInPerson } from './signed-in-person.js';

/** What an organization settled about its sessions. */
export interface SessionPolicy {
  readonly accessTokenSeconds: number;
  readonly sessionSeconds: number;
}

/** A person's session, with the organization that it is in. */
export interface SessionRow {
  readonly id: string;
  readonly organization_id: string;
  readonly organization_slug: string;
  readonly organization_name: string;
  readonly member_id: string;
  readonly member_name: string;
  readonly created_at: Date;
  readonly refreshed_at: Date;
  readonly expires_at: Date;
  readonly ip: string | null;
  readonly user_agent: string | null;
  readonly in_force: boolean;
}

const inForce = `(s.ended_at IS NULL AND m.deleted_at IS NULL AND o.deleted_at IS NULL AND s.expires_at > admission_clock()
  AND s.refreshed_at > admission_clock() - make_interval(secs => ${idleSeconds}))`;

const select = `
  SELECT s.id, s.organization_id, o.slug AS organization_slug, o.name AS organization_name, s.member_id,
    m.name AS member_name, s.created_at, s.refreshed_at, s.expires_at, s.ip, s.user_agent, ${inForce} AS in_force
  FROM session s JOIN organization o ON o.id = s.organization_id JOIN member m ON m.id = s.member_id
  WHERE s.user_id = $1 AND ($2::uuid IS NULL OR s.organization_id = $2)`;

/** Whose sessions are seen, in one organization or in all of theirs. */
type Whose = Pick<SignedInPerson, 'userId' | 'onlyIn'>;

type NewSession = Pick<
  Session,
  | 'id'
  | 'organizationId'
  | 'memberId'
  | 'userId'
  | 'ip'
  | 'network'
  | 'userAgent'
  | 'secondFactor'
  | 'connectionId'
>;

/** Sessions of people. */
@Injectable()
export class SessionsRepository {
  constructor(private readonly database: Database) {}

  /**
   * Adds a session.
   *
   * @param notAfter when it is over at the latest, whatever its lifetime
   * @returns the seconds that it has left
   */
  async insert(
    session: NewSession,
    lifetimeSeconds: number,
    notAfter: Date | null,
  ): Promise<number> {
    const { id, organizationId, memberId, userId, ip, network, userAgent } = session;
    const { secondFactor, connectionId } = session;
    const [row] = await this.database.rows<{ seconds: number }>(
      `INSERT INTO session (id, organization_id, member_id, user_id, ip, network, user_agent, second_factor, connection_id,
         created_at, refreshed_at, expires_at)
       SELECT $1, $2, $3, $4, $5, $6, $7, $8, $11::uuid, now, now, least(now + make_interval(secs => $9), $10)
       FROM (SELECT admission_clock() AS now) AS clock
       RETURNING floor(extract(epoch FROM expires_at - created_at))::int AS seconds`,
      [
        id,
        organizationId,
        memberId,
        userId,
        ip,
        network,
        userAgent,
        secondFactor,
        lifetimeSeconds,
        notAfter,
        connectionId,
      ],
    );
    return row?.seconds ?? 0;
  }

  /** Notes that a session was refreshed and gives the seconds that it has left. */
  async refresh(id: string): Promise<number> {
    const [row] = await this.database.rows<{ seconds: number }>(
      `WITH refreshed AS (UPDATE session SET refreshed_at = admission_clock() WHERE id = $1
         RETURNING expires_at, refreshed_at)
       SELECT floor(extract(epoch FROM expires_at - refreshed_at))::int AS seconds FROM refreshed`,
      [id],
    );
    return row?.seconds ?? 0;
  }

  /** Tells whether a second factor was shown in a session. */
  hasSecondFactor(id: string): Promise<boolean> {
    return this.database.of(Session).existsBy({ id, secondFactor: true });
  }

  async markSecondFactor(id: string): Promise<void> {
    await this.database.of(Session).update({ id }, { secondFactor: true });
  }

  async unmarkSecondFactor(userId: string): Promise<void> {
    const marked = { userId, secondFactor: true, connectionId: IsNull() };
    await this.database.of(Session).update(marked, { secondFactor: false });
  }

  async end(id: string): Promise<void> {
    await this.database.of(Session).update({ id }, { endedAt: () => 'admission_clock()' });
  }

  /** Ends every session of a person but one, and tells how many there were in each organization. */
  async endAll(userId: string, except: string | null): Promise<ReadonlyMap<string, number>> {
    const rows = await this.database.rows<{ organization_id: string; count: number }>(
      `WITH ended AS (UPDATE session SET ended_at = admission_clock()
         WHERE user_id = $1 AND ended_at IS NULL AND id IS DISTINCT FROM $2::uuid
         RETURNING organization_id, expires_at)
       SELECT organization_id, count(*)::int FROM ended WHERE expires_at > admission_clock()
       GROUP BY organization_id`,
      [userId, except],
    );
    return new Map(rows.map((row) => [row.organization_id, row.count]));
  }

  /** Ends every session that was opened through a connection, and tells how many were in force. */
  async endOpenedThrough(connectionId: string): Promise<number> {
    const [row] = await this.database.rows<{ count: number }>(
      `WITH ended AS (UPDATE session SET ended_at = admission_clock()
         WHERE connection_id = $1 AND ended_at IS NULL RETURNING expires_at)
       SELECT count(*)::int FROM ended WHERE expires_at > admission_clock()`,
      [connectionId],
    );
    return row?.count ?? 0;
  }

  /**
   * Forgets sessions that have been over for 90 days. Until then they tell from where a person has signed in.
   *
   * @returns how many there were, at most as many as are wanted at once
   */
  async forgetOver(most: number): Promise<number> {
    const [row] = await this.database.rows<{ count: number }>(
      `WITH forgotten AS (DELETE FROM session WHERE id IN (SELECT id FROM session
         WHERE least(ended_at, expires_at) < admission_clock() - interval '90 days'
           AND NOT EXISTS (SELECT 1 FROM refresh_token WHERE session_id = session.id)
         LIMIT $1 FOR UPDATE SKIP LOCKED) RETURNING id)
       SELECT count(*)::int AS count FROM forgotten`,
      [most],
    );
    return row?.count ?? 0;
  }

  /** The person's sessions that are in force, newest first. */
  list({ userId, onlyIn }: Whose, { after, count }: Slice): Promise<SessionRow[]> {
    return this.database.rows<SessionRow>(
      `${select} AND ${inForce} AND ($3::uuid IS NULL OR s.id < $3) ORDER BY s.id DESC LIMIT $4`,
      [userId, onlyIn, after, count],
    );
  }

  /** One of the person's sessions, in force or not. */
  async find({ userId, onlyIn }: Whose, id: string): Promise<SessionRow | null> {
    const sql = `${select} AND s.id = $3`;
    const [row] = await this.database.rows<SessionRow>(sql, [userId, onlyIn, id]);
    return row ?? null;
  }

  /** How long tokens and sessions of an organization last. */
  async policy(organizationId: string): Promise<SessionPolicy> {
    const [row] = await this.database.rows<{ access: number | null; refresh: number | null }>(
      `SELECT (policy ->> 'access_token_ttl_seconds')::int AS access,
         (policy ->> 'refresh_token_ttl_seconds')::int AS refresh
       FROM organization WHERE id = $1`,
      [organizationId],
    );
    return {
      accessTokenSeconds: row?.access ?? 15 * 60,
      sessionSeconds: row?.refresh ?? 30 * 24 * 60 * 60,
    };
  }
}
