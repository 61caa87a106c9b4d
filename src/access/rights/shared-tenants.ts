import { isDeepStrictEqual } from 'node:util';
import { LRUCache } from 'lru-cache';
import type { Tenant } from '../credential-state.js';

/** Lets the states of one organization's credentials hold the same tenant, which is a fifth of a state's memory. */
export class SharedTenants {
  private readonly tenants: LRUCache<string, Tenant>;

  /** @param size how many organizations are known at most */
  constructor(size: number) {
    this.tenants = new LRUCache({ max: size });
  }

  /** The same tenant, as the object that others hold already where it says the same. */
  share(tenant: Tenant): Tenant {
    const known = this.tenants.get(tenant.id);
    if (known && isDeepStrictEqual(known, tenant)) return known;
    this.tenants.set(tenant.id, tenant);
    return tenant;
  }
}
