import { Injectable } from '@nestjs/common';
import type { Grant } from '../../access/index.js';
import { Database } from '../../platform/database/database.js';
import { newestFirst } from '../../platform/database/newest-first.js';
import type { Slice } from '../../platform/http/pages.js';
import { Organization } from './organization.entity.js';

/** The key of an advisory lock. */
const namingLock = 7_041_983;

/** Organizations: one's own, those that one's user is a member of (to list), or all for the operator. */
@Injectable()
export class OrganizationsRepository {
  constructor(private readonly database: Database) {}

  list(grant: Grant, slice: Slice): Promise<Organization[]> {
    const query = this.database.of(Organization).createQueryBuilder('organization');
    const { credential, owner } = grant.state;
    if (credential.type === 'session' && credential.connectionId === undefined)
      query.where(
        `EXISTS (SELECT 1 FROM member m WHERE m.organization_id = organization.id
           AND m.user_id = :userId AND m.deleted_at IS NULL)`,
        { userId: owner?.userId ?? null },
      );
    else if (!grant.isPlatform) query.where({ id: grant.organizationId });
    return newestFirst(query, slice).getMany();
  }

  async find(grant: Grant, id: string): Promise<Organization | null> {
    if (!grant.isPlatform && id.toLowerCase() !== grant.organizationId) return null;
    return this.database.of(Organization).findOneBy({ id });
  }

  /** Lets organizations be named one after another until the end of the transaction, so that a slug that is free stays so. */
  async lockSlugs(): Promise<void> {
    await this.database.rows('SELECT pg_advisory_xact_lock($1)', [namingLock]);
  }

  hasSlug(slug: string): Promise<boolean> {
    return this.database.of(Organization).existsBy({ slug });
  }

  /** Tells whether there was ever an organization. */
  async any(): Promise<boolean> {
    return this.database.of(Organization).exists({ withDeleted: true });
  }

  async insert(organization: Pick<Organization, 'id' | 'name' | 'slug'>): Promise<void> {
    await this.database.of(Organization).insert(organization);
  }

  async get(id: string): Promise<Organization> {
    return this.database.of(Organization).findOneByOrFail({ id });
  }

  async update(
    id: string,
    values: Pick<Organization, 'name' | 'slug' | 'policy' | 'status' | 'rateLimitPerMinute'>,
  ): Promise<void> {
    await this.database.of(Organization).update({ id }, values);
  }

  /** Marks an organization as deleted: nothing of it can be reached any more. */
  async delete(id: string): Promise<void> {
    await this.database.of(Organization).softDelete({ id });
  }
}
