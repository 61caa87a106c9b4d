import { Injectable } from '@nestjs/common';
import type { StoredSecret } from '../../platform/crypto/secret-hasher.js';
import { Database } from '../../platform/database/database.js';
import { PasswordReset } from './password-reset.entity.js';

const lifetimeSeconds = 60 * 60;

/** Tokens that let people set a new password. */
@Injectable()
export class PasswordResetsRepository {
  constructor(private readonly database: Database) {}

  /** Adds a token, unless the person has so many already that are in force. */
  async insert(
    id: string,
    userId: string,
    { hash, pepperId }: StoredSecret,
    most: number,
  ): Promise<boolean> {
    await this.database.rows(
      'DELETE FROM password_reset WHERE user_id = $1 AND expires_at <= admission_clock()',
      [userId],
    );
    const rows = await this.database.rows(
      `INSERT INTO password_reset (id, user_id, hash, pepper_id, expires_at)
       SELECT $1, $2, $3, $4, admission_clock() + make_interval(secs => $5)
       WHERE (SELECT count(*) FROM password_reset WHERE user_id = $2) < $6 RETURNING id`,
      [id, userId, hash, pepperId, lifetimeSeconds, most],
    );
    return rows.length > 0;
  }

  /** The person that a token in force, stored in one of these forms, was made for. */
  async findUserId(hashes: readonly Buffer[]): Promise<string | null> {
    const [row] = await this.database.rows<{ user_id: string }>(
      `SELECT r.user_id FROM password_reset r
       JOIN user_account u ON u.id = r.user_id AND u.status = 'active'
       WHERE r.hash = ANY($1::bytea[]) AND r.expires_at > admission_clock()`,
      [hashes],
    );
    return row?.user_id ?? null;
  }

  /** Takes every token of a person away. */
  async deleteAll(userId: string): Promise<void> {
    await this.database.of(PasswordReset).delete({ userId });
  }
}
