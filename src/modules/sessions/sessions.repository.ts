import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { Session } from './session.entity.js';

/** What an organization settled about its sessions. */
export interface SessionPolicy {
  readonly accessTokenSeconds: number;
  readonly sessionSeconds: number;
}

/** Sessions of people. */
@Injectable()
export class SessionsRepository {
  constructor(private readonly database: Database) {}

  async insert(
    session: Omit<Session, 'createdAt' | 'expiresAt' | 'endedAt'>,
    lifetimeSeconds: number,
  ): Promise<void> {
    const expiresAt = new Date(Date.now() + lifetimeSeconds * 1000);
    await this.database.of(Session).insert({ ...session, expiresAt });
  }

  async end(id: string): Promise<void> {
    await this.database.of(Session).update({ id }, { endedAt: () => 'now()' });
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
