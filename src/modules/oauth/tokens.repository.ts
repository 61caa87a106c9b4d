import { Injectable } from '@nestjs/common';
import type { AccessMap } from '../../access/index.js';
import { Database } from '../../platform/database/database.js';
import { OAuthToken } from './oauth-token.entity.js';

/** A token to keep. */
export interface NewToken {
  readonly id: string;
  readonly organizationId: string;
  readonly clientId: string;
  readonly productScopes: AccessMap | null;
}

/** The tokens that clients were given. */
@Injectable()
export class TokensRepository {
  constructor(private readonly database: Database) {}

  async insert(token: NewToken, lifetimeSeconds: number): Promise<void> {
    const expiresAt = () => `now() + interval '${lifetimeSeconds} s'`;
    await this.database.of(OAuthToken).insert({ ...token, expiresAt });
  }

  /** Revokes a token; false when it was revoked before. */
  async revoke(id: string): Promise<boolean> {
    const revoked = await this.database.rows(
      `WITH revoked AS (UPDATE oauth_token SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL RETURNING id)
       SELECT id FROM revoked`,
      [id],
    );
    return revoked.length > 0;
  }

  /**
   * Forgets tokens that have been expired for an hour, so that none is missed by a clock that is late.
   *
   * @returns how many there were, at most as many as are wanted at once
   */
  async forgetExpired(most: number): Promise<number> {
    const [row] = await this.database.rows<{ count: number }>(
      `WITH forgotten AS (DELETE FROM oauth_token WHERE id IN (SELECT id FROM oauth_token
         WHERE expires_at < now() - interval '1 hour' LIMIT $1 FOR UPDATE SKIP LOCKED) RETURNING id)
       SELECT count(*)::int AS count FROM forgotten`,
      [most],
    );
    return row?.count ?? 0;
  }
}
