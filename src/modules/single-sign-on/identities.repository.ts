import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { newId } from '../../platform/http/ids.js';
import type { ExternalIdentity } from './external-identity.entity.js';

/** Somebody at an identity provider, as one organization knows them. */
export type Identity = Pick<ExternalIdentity, 'organizationId' | 'issuer' | 'subject'>;

/** A member whom a provider may vouch for. */
export interface KnownMember {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
}

const member = 'm.id, m.user_id AS "userId", m.name';

/** Who is known by which identity. Members that were removed are not. */
@Injectable()
export class IdentitiesRepository {
  constructor(private readonly database: Database) {}

  /** The member that an identity was linked to. */
  async findMember({ organizationId, issuer, subject }: Identity): Promise<KnownMember | null> {
    const [row] = await this.database.rows<KnownMember>(
      `SELECT ${member} FROM external_identity i
       JOIN member m ON m.id = i.member_id AND m.deleted_at IS NULL
       WHERE i.organization_id = $1 AND i.issuer = $2 AND i.subject = $3`,
      [organizationId, issuer, subject],
    );
    return row ?? null;
  }

  /** A human member by its id. */
  async getMember(id: string): Promise<KnownMember | null> {
    const sql = `SELECT ${member} FROM member m WHERE m.id = $1 AND m.user_id IS NOT NULL AND m.deleted_at IS NULL`;
    const [row] = await this.database.rows<KnownMember>(sql, [id]);
    return row ?? null;
  }

  /** Tells whether a member is linked to somebody else at this issuer. */
  async isLinked(memberId: string, issuer: string): Promise<boolean> {
    const sql = 'SELECT 1 FROM external_identity WHERE member_id = $1 AND issuer = $2';
    return (await this.database.rows(sql, [memberId, issuer])).length > 0;
  }

  /** Links an identity to a member. One that was linked to a member who is gone is linked anew. */
  async link({ organizationId, issuer, subject }: Identity, memberId: string): Promise<void> {
    await this.database.rows(
      `INSERT INTO external_identity (id, organization_id, issuer, subject, member_id)
       VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (organization_id, issuer, subject) DO UPDATE SET member_id = excluded.member_id`,
      [newId(), organizationId, issuer, subject, memberId],
    );
  }
}
