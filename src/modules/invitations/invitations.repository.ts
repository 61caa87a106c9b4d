import { Injectable } from '@nestjs/common';
import type { Grant } from '../../access/index.js';
import { Database } from '../../platform/database/database.js';
import { newestFirst } from '../../platform/database/newest-first.js';
import type { Slice } from '../../platform/http/pages.js';
import { Invitation } from './invitation.entity.js';

type NewInvitation = Omit<Invitation, 'createdAt' | 'expiresAt' | 'acceptedAt' | 'revokedAt'>;

const lifetimeDays = 7;

const pending = 'accepted_at IS NULL AND revoked_at IS NULL AND expires_at > admission_clock()';

/** Invitations, each seen by its own organization, or found by its token. */
@Injectable()
export class InvitationsRepository {
  constructor(private readonly database: Database) {}

  list({ organizationId }: Grant, slice: Slice): Promise<Invitation[]> {
    const query = this.database.of(Invitation).createQueryBuilder('invitation');
    return newestFirst(query.where({ organizationId }), slice).getMany();
  }

  find({ organizationId }: Pick<Grant, 'organizationId'>, id: string): Promise<Invitation | null> {
    return this.database.of(Invitation).findOneBy({ organizationId, id });
  }

  /** Adds an invitation that is good for 7 days. */
  async insert(invitation: NewInvitation): Promise<void> {
    const { projects, ...rest } = invitation;
    await this.database.of(Invitation).insert({
      ...rest,
      projects: [...projects],
      expiresAt: () => `admission_clock() + interval '${lifetimeDays} days'`,
    });
  }

  /** The pending invitation whose token is stored in one of these forms, and whether its organization is suspended. */
  async findPending(
    hashes: readonly Buffer[],
  ): Promise<{ invitation: Invitation; suspended: boolean } | null> {
    const [row] = await this.database.rows<{
      id: string;
      organizationId: string;
      suspended: boolean;
    }>(
      `SELECT i.id, o.id AS "organizationId", o.status = 'suspended' AS suspended
       FROM invitation i JOIN organization o ON o.id = i.organization_id AND o.deleted_at IS NULL
       WHERE hash = ANY($1::bytea[]) AND ${pending}`,
      [hashes],
    );
    const invitation = row && (await this.find(row, row.id));
    return invitation ? { invitation, suspended: row.suspended } : null;
  }

  /** How many are pending in the organization, and whether one of them is for this address. */
  async countPending(
    { organizationId }: Grant,
    emailKey: string,
  ): Promise<{ count: number; same: boolean }> {
    const [row] = await this.database.rows<{ count: number; same: boolean }>(
      `SELECT count(*)::int, coalesce(bool_or(email_key = $2), false) AS same
       FROM invitation WHERE organization_id = $1 AND ${pending}`,
      [organizationId, emailKey],
    );
    return row ?? { count: 0, same: false };
  }

  async accept(id: string): Promise<void> {
    await this.database.of(Invitation).update({ id }, { acceptedAt: () => 'admission_clock()' });
  }

  async revoke({ organizationId }: Grant, id: string): Promise<void> {
    const revokedAt = () => 'admission_clock()';
    await this.database.of(Invitation).update({ organizationId, id }, { revokedAt });
  }
}
