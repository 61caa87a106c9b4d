import { Inject, Injectable } from '@nestjs/common';
import {
  actsAsOwner,
  addressIsListed,
  AuditTrailRepository,
  Changes,
  fieldChanges,
  ownersOnly,
  toApiError,
  type Grant,
  type Recorder,
} from '../../access/index.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { violates } from '../../platform/database/database-error.js';
import { ApiError, invalidField } from '../../platform/http/api-error.js';
import { newId } from '../../platform/http/ids.js';
import type { Page, PageQuery } from '../../platform/http/page.dto.js';
import { Pages } from '../../platform/http/pages.js';
import { chooseSlug } from '../../platform/http/slugs.js';
import { ApiKeysService } from '../api-keys/index.js';
import { MembersService } from '../members/index.js';
import { UsersService } from '../users/index.js';
import {
  OrganizationView,
  type CreateOrganization,
  type UpdateOrganization,
} from './organization.dto.js';
import type { Organization } from './organization.entity.js';
import { OrganizationsRepository } from './organizations.repository.js';

const recorded = ['name', 'slug', 'status', 'policy', 'rate_limit_per_minute'] as const;

/** The tenants of the installation. */
@Injectable()
export class OrganizationsService {
  constructor(
    private readonly organizations: OrganizationsRepository,
    private readonly members: MembersService,
    private readonly users: UsersService,
    private readonly apiKeys: ApiKeysService,
    private readonly trail: AuditTrailRepository,
    private readonly changes: Changes,
    private readonly pages: Pages,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  list(grant: Grant, query: PageQuery): Promise<Page<OrganizationView>> {
    return this.pages.read(
      `organizations ${grant.organizationId} ${grant.state.owner?.userId}`,
      query,
      (slice) => this.organizations.list(grant, slice),
      (organization) => organization.id,
      (organization) => this.present(organization),
    );
  }

  async get(grant: Grant, id: string): Promise<OrganizationView> {
    return this.present(await this.getEntity(grant, id));
  }

  create(grant: Grant, input: CreateOrganization): Promise<OrganizationView> {
    const id = newId();
    return this.changes.run(
      grant,
      async (record) => {
        const owner = await this.ownerFor(grant, input);
        await this.createWithOwner(id, input, owner, record);
        return this.present(await this.organizations.get(id));
      },
      id,
    );
  }

  /** Makes an organization and its owner, within the change that is under way. Gives the owner's member. */
  async createWithOwner(
    id: string,
    input: Pick<CreateOrganization, 'name' | 'slug'>,
    owner: { readonly id: string; readonly name: string },
    record: Recorder,
  ): Promise<string> {
    await this.organizations.lockSlugs();
    const slug = await this.slugFor(input);
    const organization = { id, name: input.name, slug };
    await this.trail.open(id);
    await slugTaken(this.organizations.insert(organization));
    const changes = fieldChanges(null, organization, ['name', 'slug']);
    await record({ action: 'organization.created', isNew: true, target: targetOf(id), changes });
    return this.members.addOwner(id, owner, record);
  }

  update(grant: Grant, id: string, input: UpdateOrganization): Promise<OrganizationView> {
    checkOperatorsFields(grant, input);
    return this.changes.run(
      grant,
      async (record) => {
        const before = await this.getEntity(grant, id);
        checkOwnAddress(grant, input);
        checkOwnFactor(grant, input, before);
        const { name, slug, status, rateLimitPerMinute } = before;
        const limit = input.rate_limit_per_minute;
        const values = {
          name: input.name ?? name,
          slug: input.slug ?? slug,
          status: input.status ?? status,
          policy: { ...before.policy, ...plain(input.policy) },
          rateLimitPerMinute: limit === undefined ? rateLimitPerMinute : limit,
        };
        if (values.slug !== slug) await this.slugFor(values);
        await slugTaken(this.organizations.update(before.id, values));
        const after = this.present({ ...before, ...values });
        const changes = fieldChanges<OrganizationView>(this.present(before), after, recorded);
        await record({ action: 'organization.updated', target: targetOf(before.id), changes });
        return after;
      },
      id.toLowerCase(),
    );
  }

  delete(grant: Grant, id: string): Promise<void> {
    return this.changes.run(
      grant,
      async (record) => {
        const organization = await this.getEntity(grant, id);
        if (!grant.isPlatform && !actsAsOwner(grant.state)) throw toApiError(ownersOnly());
        await this.apiKeys.revokeAll({ organizationId: organization.id }, record);
        await this.organizations.delete(organization.id);
        await record({ action: 'organization.deleted', target: targetOf(organization.id) });
      },
      id.toLowerCase(),
    );
  }

  /** Tells whether the installation never had an organization. */
  async none(): Promise<boolean> {
    return !(await this.organizations.any());
  }

  private async getEntity(grant: Grant, id: string): Promise<Organization> {
    const organization = await this.organizations.find(grant, id);
    if (!organization) throw new ApiError('not_found');
    return organization;
  }

  private async ownerFor(grant: Grant, { owner_email: email }: CreateOrganization) {
    const { owner, credential } = grant.state;
    if (grant.isPlatform) {
      if (email === undefined) throw invalidField('owner_email', 'is required with a platform key');
      const known = await this.users.findByEmail(email);
      return known ?? (await this.users.create(email, email.slice(0, email.indexOf('@')), null));
    }
    if (credential.type !== 'session' || credential.connectionId || !owner?.userId)
      throw toApiError({
        code: 'insufficient_permissions',
        message: 'Only a user who signed in with a password or a platform key makes organizations.',
        missing: [{ product: 'platform', access: 'read_write' }],
      });
    if (email !== undefined)
      throw invalidField('owner_email', 'is for platform keys: you become the owner');
    return { id: owner.userId, name: owner.name };
  }

  private slugFor({ slug, name }: Pick<CreateOrganization, 'name' | 'slug'>): Promise<string> {
    return chooseSlug(slug, name, 'organization', (candidate) =>
      this.organizations.hasSlug(candidate),
    );
  }

  private present(organization: Organization): OrganizationView {
    return OrganizationView.of(organization, this.config.rateLimitPerMinute);
  }
}

function checkOperatorsFields(grant: Grant, input: UpdateOrganization): void {
  const operators = input.rate_limit_per_minute !== undefined || input.status !== undefined;
  if (!operators || grant.isPlatform) return;
  throw toApiError({
    code: 'insufficient_permissions',
    message: 'rate_limit_per_minute and status are changed with a platform key.',
    missing: [{ product: 'platform', access: 'read_write' }],
  });
}

/** Keeps people from locking themselves out; the operator may, from outside. */
function checkOwnAddress(grant: Grant, { policy }: UpdateOrganization): void {
  const list = policy?.allowed_ips;
  if (!list || grant.isPlatform || addressIsListed(list, grant.request.ip)) return;
  throw invalidField('policy.allowed_ips', 'must hold the address that you call from');
}

/** Whoever requires a second factor shows that they have one; the operator may, from outside. */
function checkOwnFactor(grant: Grant, { policy }: UpdateOrganization, before: Organization): void {
  const turnsOn = policy?.require_second_factor && !before.policy.require_second_factor;
  if (!turnsOn || grant.isPlatform || grant.state.credential.secondFactor) return;
  const message =
    'Requiring a second factor takes a session that was opened with one: set yours up at POST /v1/auth/totp first.';
  throw new ApiError('conflict', { message });
}

async function slugTaken(change: Promise<void>): Promise<void> {
  try {
    await change;
  } catch (error) {
    throw violates(error, 'organization_slug')
      ? new ApiError('slug_taken', { cause: error })
      : error;
  }
}

function targetOf(id: string) {
  return { type: 'organization', id };
}

/** The policy's fields that were given, without its class. */
function plain(policy: UpdateOrganization['policy']) {
  return Object.fromEntries(
    Object.entries(policy ?? {}).filter(([, value]) => value !== undefined),
  );
}
