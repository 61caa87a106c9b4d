import { Injectable } from '@nestjs/common';
import type { StoredSecret } from '../../platform/crypto/secret-hasher.js';
import { Database } from '../../platform/database/database.js';
import type { SignInAttempt } from './sign-in-attempt.entity.js';
import type { SignInCode } from './sign-in-code.entity.js';

/** How long somebody may take at the identity provider. */
export const attemptSeconds = 10 * 60;

/** How long a page may take to exchange its code: it does so at once. */
const codeSeconds = 60;

type NewAttempt = Pick<SignInAttempt, 'id' | 'connectionId' | 'redirectUri' | 'codeChallenge'>;
type NewCode = Pick<SignInCode, 'id' | 'connectionId' | 'memberId' | 'codeChallenge'>;

/** Sign-ins under way, in the database so that any instance goes on with them. Each step is taken once. */
@Injectable()
export class SignInsRepository {
  constructor(private readonly database: Database) {}

  async insertAttempt(attempt: NewAttempt, { hash, pepperId }: StoredSecret): Promise<void> {
    const { id, connectionId, redirectUri, codeChallenge } = attempt;
    await this.database.rows(
      `INSERT INTO sign_in_attempt (id, connection_id, hash, pepper_id, redirect_uri, code_challenge, expires_at)
       SELECT $1, $2, $3, $4, $5, $6, admission_clock() + make_interval(secs => $7)`,
      [id, connectionId, hash, pepperId, redirectUri, codeChallenge, attemptSeconds],
    );
  }

  /** Takes the attempt whose secret is stored in one of these forms: it is gone afterwards. */
  async takeAttempt(
    hashes: readonly Buffer[],
  ): Promise<Pick<NewAttempt, 'connectionId' | 'redirectUri' | 'codeChallenge'> | null> {
    const [row] = await this.database.rows<{
      connectionId: string;
      redirectUri: string | null;
      codeChallenge: string | null;
    }>(
      `WITH taken AS (DELETE FROM sign_in_attempt WHERE hash = ANY($1::bytea[]) RETURNING *)
       SELECT connection_id AS "connectionId", redirect_uri AS "redirectUri", code_challenge AS "codeChallenge"
       FROM taken WHERE expires_at > admission_clock()`,
      [hashes],
    );
    return row ?? null;
  }

  async insertCode(code: NewCode, { hash, pepperId }: StoredSecret): Promise<void> {
    const { id, connectionId, memberId, codeChallenge } = code;
    await this.database.rows(
      `INSERT INTO sign_in_code (id, connection_id, member_id, hash, pepper_id, code_challenge, expires_at)
       SELECT $1, $2, $3, $4, $5, $6, admission_clock() + make_interval(secs => $7)`,
      [id, connectionId, memberId, hash, pepperId, codeChallenge, codeSeconds],
    );
  }

  /** Takes the code that is stored in one of these forms: it is gone afterwards. */
  async takeCode(hashes: readonly Buffer[]): Promise<Omit<NewCode, 'id'> | null> {
    const [row] = await this.database.rows<Omit<NewCode, 'id'>>(
      `WITH taken AS (DELETE FROM sign_in_code WHERE hash = ANY($1::bytea[]) RETURNING *)
       SELECT connection_id AS "connectionId", member_id AS "memberId", code_challenge AS "codeChallenge"
       FROM taken WHERE expires_at > admission_clock()`,
      [hashes],
    );
    return row ?? null;
  }

  /** Forgets what nobody has come back for in time. */
  async forgetExpired(): Promise<void> {
    for (const table of ['sign_in_attempt', 'sign_in_code'])
      await this.database.rows(`DELETE FROM ${table} WHERE expires_at <= admission_clock()`);
  }
}
