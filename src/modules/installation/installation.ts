import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { Changes, operatorId, systemActor, type Recorder } from '../../access/index.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { newId } from '../../platform/http/ids.js';
import { FirstKeys } from '../api-keys/index.js';
import { OrganizationsService } from '../organizations/index.js';
import { ProductsService } from '../products/index.js';
import { UsersService } from '../users/index.js';

/** What was made on the first start and can never be shown again. */
export interface FirstStart {
  readonly ownerEmail: string | null;
  /** Null when the operator chose it. */
  readonly ownerPassword: string | null;
  readonly apiKey: string | null;
  /** Null when the operator chose it. */
  readonly platformKey: string | null;
}

const defaultOwnerEmail = 'owner@latchkey.local';
const latchkey = { actor: systemActor, request: null };

/** Sees that a new installation has an owner, an organization, its first keys, and the products it is told to have. */
@Injectable()
export class Installation {
  constructor(
    private readonly organizations: OrganizationsService,
    private readonly users: UsersService,
    private readonly products: ProductsService,
    private readonly firstKeys: FirstKeys,
    private readonly changes: Changes,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Makes what is missing, all of it or nothing. Servers that start at once do it one after another. */
  prepare(): Promise<FirstStart> {
    return this.changes.runFor(latchkey, operatorId, async (record) => {
      await this.addProducts(record);
      const owner = await this.createFirstOwner();
      return { ...owner, platformKey: await this.createPlatformKey(record) };
    });
  }

  private async addProducts(record: Recorder): Promise<void> {
    for (const slug of await this.products.ensure(this.config.products))
      await record({
        action: 'product.created',
        isNew: true,
        target: { type: 'product', id: slug },
      });
  }

  private async createFirstOwner(): Promise<Omit<FirstStart, 'platformKey'>> {
    const { embedded, bootstrapOwnerEmail, bootstrapOwnerPassword, bootstrapOrganization } =
      this.config;
    const ownerEmail = bootstrapOwnerEmail ?? (embedded ? defaultOwnerEmail : null);
    if (ownerEmail === null || !(await this.organizations.none()))
      return { ownerEmail: null, ownerPassword: null, apiKey: null };
    const password = bootstrapOwnerPassword ?? randomBytes(15).toString('base64url');
    const owner = await this.users.create(ownerEmail, 'Owner', password);
    const organizationId = newId();
    const apiKey = await this.changes.runFor(latchkey, organizationId, async (record) => {
      const input = { name: bootstrapOrganization };
      const member = await this.organizations.createWithOwner(organizationId, input, owner, record);
      return this.firstKeys.createFor(organizationId, member, record);
    });
    return { ownerEmail, ownerPassword: bootstrapOwnerPassword ? null : password, apiKey };
  }

  private async createPlatformKey(record: Recorder): Promise<string | null> {
    const { bootstrapPlatformKey: given, embedded } = this.config;
    if (given === null && !embedded) return null;
    const secret = await this.firstKeys.createPlatformKey(given ?? undefined, record);
    return given === null ? secret : null;
  }
}
