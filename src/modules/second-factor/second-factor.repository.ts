import { Injectable } from '@nestjs/common';
import type { EncryptedSecret } from '../../platform/crypto/secret-cipher.js';
import type { StoredSecret } from '../../platform/crypto/secret-hasher.js';
import { Database } from '../../platform/database/database.js';
import { RecoveryCode } from './recovery-code.entity.js';
import { TotpFactor } from './totp-factor.entity.js';

/** A person's factor, and the moment by which its codes are judged: the database's, the same for all instances. */
export interface FoundFactor extends EncryptedSecret {
  readonly enabledAt: Date | null;
  readonly nowMs: number;
}

/** What people share with their authenticator apps, and the codes that stand in for it. */
@Injectable()
export class SecondFactorRepository {
  constructor(private readonly database: Database) {}

  /** The factor of a person, enabled or not. */
  async find(userId: string): Promise<FoundFactor | null> {
    const [row] = await this.database.rows<FoundFactor>(
      `SELECT encrypted_secret AS encrypted, pepper_id AS "pepperId", enabled_at AS "enabledAt",
         floor(extract(epoch FROM admission_clock()) * 1000)::float8 AS "nowMs"
       FROM totp_factor WHERE user_id = $1`,
      [userId],
    );
    return row ?? null;
  }

  /** Begins anew with a secret, unless the person has a factor that is enabled. */
  async begin(userId: string, { encrypted, pepperId }: EncryptedSecret): Promise<boolean> {
    const rows = await this.database.rows(
      `INSERT INTO totp_factor AS held (user_id, encrypted_secret, pepper_id) VALUES ($1, $2, $3)
       ON CONFLICT (user_id) DO UPDATE SET encrypted_secret = $2, pepper_id = $3, created_at = now()
       WHERE held.enabled_at IS NULL RETURNING 1`,
      [userId, encrypted, pepperId],
    );
    return rows.length > 0;
  }

  async enable(userId: string): Promise<void> {
    const enabledAt = () => 'admission_clock()';
    await this.database.of(TotpFactor).update({ userId }, { enabledAt });
  }

  /** Uses a time step up, unless it or a later one has been. Of many who try at once it is true for one. */
  async useStep(userId: string, step: number): Promise<boolean> {
    const rows = await this.database.rows(
      `WITH used AS (UPDATE totp_factor SET last_step = $2
         WHERE user_id = $1 AND (last_step IS NULL OR last_step < $2) RETURNING 1)
       SELECT 1 FROM used`,
      [userId, step],
    );
    return rows.length > 0;
  }

  /** Keeps the same secret as it is encrypted now. */
  async keepEncrypted(userId: string, { encrypted, pepperId }: EncryptedSecret): Promise<void> {
    const values = { encryptedSecret: encrypted, pepperId };
    await this.database.of(TotpFactor).update({ userId }, values);
  }

  /** Takes a person's factor and recovery codes away; tells whether a factor was enabled. */
  async delete(userId: string): Promise<boolean> {
    await this.database.of(RecoveryCode).delete({ userId });
    const rows = await this.database.rows<{ enabled: boolean }>(
      `WITH gone AS (DELETE FROM totp_factor WHERE user_id = $1 RETURNING enabled_at IS NOT NULL AS enabled)
       SELECT enabled FROM gone`,
      [userId],
    );
    return rows[0]?.enabled ?? false;
  }

  /** Puts recovery codes in the place of those before. */
  async replaceRecoveryCodes(userId: string, codes: readonly StoredSecret[]): Promise<void> {
    await this.database.of(RecoveryCode).delete({ userId });
    await this.database
      .of(RecoveryCode)
      .insert(codes.map(({ hash, pepperId }) => ({ userId, hash, pepperId })));
  }

  /** Uses a recovery code up that is stored in one of these forms. Of many who try at once it is true for one. */
  async useRecoveryCode(userId: string, hashes: readonly Buffer[]): Promise<boolean> {
    const rows = await this.database.rows(
      `WITH used AS (DELETE FROM recovery_code WHERE user_id = $1 AND hash = ANY($2::bytea[]) RETURNING 1)
       SELECT 1 FROM used`,
      [userId, hashes],
    );
    return rows.length > 0;
  }

  countRecoveryCodes(userId: string): Promise<number> {
    return this.database.of(RecoveryCode).countBy({ userId });
  }

  /** How many enabled factors are encrypted under other peppers than these. */
  async countUnderOtherPeppers(pepperIds: readonly string[]): Promise<number> {
    const [row] = await this.database.rows<{ count: number }>(
      `SELECT count(*)::int AS count FROM totp_factor
       WHERE enabled_at IS NOT NULL AND pepper_id <> ALL($1::text[])`,
      [pepperIds],
    );
    return row?.count ?? 0;
  }
}
