import { Injectable } from '@nestjs/common';
import type { Grant } from '../../access/index.js';
import { Database } from '../../platform/database/database.js';
import { newestFirst } from '../../platform/database/newest-first.js';
import type { Slice } from '../../platform/http/pages.js';
import { Invitation } from './invitation.entity.js';

type NewInvitation = Omit<Invitation, 'createdAt' | 'expiresAt' | 'acceptedAt' | 'revokedAt'>;

/** What an organization has sent lately: to anybody, and to one address, where one may be pending. */
export interface SentInvitations {
  readonly toAnybody: number;
  readonly toAddress: number;
  readonly pending: boolean;
}

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

  /** What was sent in the last 7 days and not accepted, also what was taken back since. */
  async countSent({ organizationId }: Grant, emailKey: string): Promise<SentInvitations> {
    const [row] = await this.database.rows<SentInvitations>(
      `SELECT count(*)::int AS "toAnybody", count(*) FILTER (WHERE email_key = $2)::int AS "toAddress",
         coalesce(bool_or(email_key = $2 AND revoked_at IS NULL), false) AS pending
       FROM invitation
       WHERE organization_id = $1 AND accepted_at IS NULL AND expires_at > admission_clock()`,
      [organizationId, emailKey],
    );
    return row ?? { toAnybody: 0, toAddress: 0, pending: false };
  }

  async accept(id: string): Promise<void> {
    await this.database.of(Invitation).update({ id }, { acceptedAt: () => 'admission_clock()' });
  }

  async revoke({ organizationId }: Grant, id: string): Promise<void> {
    const revokedAt = () => 'admission_clock()';
    await this.database.of(Invitation).update({ organizationId, id }, { revokedAt });
  }
}
