import { Injectable } from '@nestjs/common';
import type { StoredSecret } from '../../platform/crypto/secret-hasher.js';
import { Database } from '../../platform/database/database.js';

/** A refresh token that is known, and the session that it keeps up. */
export interface FoundRefreshToken {
  readonly id: string;
  readonly session_id: string;
  readonly user_id: string;
  readonly organization_id: string;
  readonly member_id: string;
  readonly member_name: string;
}

/** What has become of a refresh token by now. */
export interface RefreshTokenState {
  readonly spent: boolean;
  /** Whether that was so recently that the same client may still be waiting for the answer. */
  readonly just_spent: boolean;
  readonly spent_by: string | null;
  readonly successor_id: string | null;
  /** Whether it, or its session, is past its time. */
  readonly over: boolean;
}

/** How long a session is kept without being refreshed. */
export const idleSeconds = 7 * 24 * 60 * 60;

/** How long a token that was just spent is answered with the same successor. */
const graceSeconds = 10;

/** Tokens that keep sessions up. */
@Injectable()
export class RefreshTokensRepository {
  constructor(private readonly database: Database) {}

  /** Adds a token, which expires when its session has been idle for too long or is over. */
  async insert(id: string, sessionId: string, { hash, pepperId }: StoredSecret): Promise<void> {
    await this.database.rows(
      `INSERT INTO refresh_token (id, session_id, hash, pepper_id, expires_at)
       SELECT $1, id, $3, $4, least(expires_at, admission_clock() + make_interval(secs => $5))
       FROM session WHERE id = $2`,
      [id, sessionId, hash, pepperId, idleSeconds],
    );
  }

  /** The token that is stored in one of these forms. */
  async find(hashes: readonly Buffer[]): Promise<FoundRefreshToken | null> {
    const [row] = await this.database.rows<FoundRefreshToken>(
      `SELECT t.id, t.session_id, s.user_id, s.organization_id, s.member_id, m.name AS member_name
       FROM refresh_token t JOIN session s ON s.id = t.session_id JOIN member m ON m.id = s.member_id
       WHERE t.hash = ANY($1::bytea[])`,
      [hashes],
    );
    return row ?? null;
  }

  /** Holds a token, so that it is spent once, and tells what has become of it. Null when it is gone. */
  async lock(id: string, longestSeconds: number): Promise<RefreshTokenState | null> {
    const [row] = await this.database.rows<RefreshTokenState>(
      `SELECT t.spent_at IS NOT NULL AS spent, t.spent_by, t.successor_id,
         coalesce(t.spent_at > admission_clock() - make_interval(secs => $2), false) AS just_spent,
         least(t.expires_at, s.expires_at, s.created_at + make_interval(secs => $3))
           <= admission_clock() AS over
       FROM refresh_token t JOIN session s ON s.id = t.session_id WHERE t.id = $1 FOR UPDATE OF t`,
      [id, graceSeconds, longestSeconds],
    );
    return row ?? null;
  }

  async spend(id: string, by: string, successorId: string): Promise<void> {
    await this.database.rows(
      `UPDATE refresh_token SET spent_at = admission_clock(), spent_by = $2, successor_id = $3
       WHERE id = $1`,
      [id, by, successorId],
    );
  }

  /**
   * Forgets tokens that have been expired for a day: they are refused whether they are known or not.
   *
   * @returns how many there were, at most as many as are wanted at once
   */
  async forgetExpired(most: number): Promise<number> {
    const [row] = await this.database.rows<{ count: number }>(
      `WITH forgotten AS (DELETE FROM refresh_token WHERE id IN (SELECT id FROM refresh_token
         WHERE expires_at < admission_clock() - interval '1 day' LIMIT $1 FOR UPDATE SKIP LOCKED) RETURNING id)
       SELECT count(*)::int AS count FROM forgotten`,
      [most],
    );
    return row?.count ?? 0;
  }
}
