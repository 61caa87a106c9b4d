import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import type { IdempotentAnswer } from './idempotent-answer.entity.js';

/** Whose request it is and what its sender calls it. */
export type RequestName = Pick<IdempotentAnswer, 'organizationId' | 'actorId' | 'key'>;

/** Answers kept for 24 hours. */
@Injectable()
export class IdempotentAnswersRepository {
  constructor(private readonly database: Database) {}

  /** Takes the name for the transaction under way; false when another holds it. */
  async take({ organizationId, actorId, key }: RequestName): Promise<boolean> {
    const [row] = await this.database.rows<{ taken: boolean }>(
      'SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS taken',
      [`${organizationId} ${actorId} ${key}`],
    );
    return row?.taken ?? false;
  }

  /** The answer that is kept under a name. */
  async find({ organizationId, actorId, key }: RequestName): Promise<IdempotentAnswer | null> {
    const [row] = await this.database.rows<IdempotentAnswer>(
      `SELECT request_hash AS "requestHash", body FROM idempotent_answer
       WHERE organization_id = $1 AND actor_id = $2 AND key = $3 AND created_at > now() - interval '24 hours'`,
      [organizationId, actorId, key],
    );
    return row ?? null;
  }

  /** Keeps an answer and forgets the sender's outdated ones. */
  async keep(answer: Omit<IdempotentAnswer, 'createdAt'>): Promise<void> {
    const { organizationId, actorId, key, requestHash, body } = answer;
    await this.database.rows(
      `WITH outdated AS (DELETE FROM idempotent_answer
         WHERE organization_id = $1 AND actor_id = $2 AND key <> $3 AND created_at < now() - interval '24 hours')
       INSERT INTO idempotent_answer (organization_id, actor_id, key, request_hash, body)
       VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (organization_id, actor_id, key)
       DO UPDATE SET request_hash = $4, body = $5, created_at = now()`,
      [organizationId, actorId, key, requestHash, JSON.stringify(body)],
    );
  }
}
