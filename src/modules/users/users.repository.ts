import { Injectable } from '@nestjs/common';
import { AuditTrailRepository, type Grant } from '../../access/index.js';
import { IsNull } from 'typeorm';
import { Database } from '../../platform/database/database.js';
import { User } from './user.entity.js';

/** An organization by what people call it. */
export interface NamedOrganization {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
}

/** Users belong to no organization: the same person may be a member of several. */
@Injectable()
export class UsersRepository {
  constructor(
    private readonly database: Database,
    private readonly trail: AuditTrailRepository,
  ) {}

  findByEmailKey(emailKey: string): Promise<User | null> {
    return this.database.of(User).findOneBy({ emailKey });
  }

  find(id: string): Promise<User | null> {
    return this.database.of(User).findOneBy({ id });
  }

  /** Tells whether somebody may still sign in with the password that was compared. */
  isUnchanged({ id, passwordHash, status }: User): Promise<boolean> {
    return this.database.of(User).existsBy({ id, status, passwordHash: passwordHash ?? IsNull() });
  }

  /**
   * Tells whether somebody has opened a session from a network in the last 90 days. Takes as long for nobody. Those of
   * single sign-on do not count: an organization's provider says who opened them, not their password.
   */
  async hasSignedInFrom(userId: string | null, network: string): Promise<boolean> {
    const rows = await this.database.rows(
      `SELECT 1 FROM session WHERE user_id = $1 AND network = $2 AND connection_id IS NULL
         AND created_at > admission_clock() - interval '90 days' LIMIT 1`,
      [userId, network],
    );
    return rows.length > 0;
  }

  /** How the organization of a call is called; null for the operator, who is none. */
  async organization({ organizationId }: Grant): Promise<NamedOrganization | null> {
    const [row] = await this.database.rows<NamedOrganization>(
      'SELECT id, slug, name FROM organization WHERE id = $1',
      [organizationId],
    );
    return row ?? null;
  }

  async setPasswordHash(id: string, passwordHash: string): Promise<void> {
    await this.database.of(User).update({ id }, { passwordHash });
  }

  async insert(user: Omit<User, 'createdAt' | 'status'>): Promise<void> {
    await this.database.of(User).insert(user);
    await this.trail.open(user.id);
  }
}
