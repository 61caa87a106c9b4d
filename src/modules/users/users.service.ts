import { Injectable } from '@nestjs/common';
import {
  actorOf,
  builtInProducts,
  effectiveAccess,
  platformProduct,
  type Access,
  type Grant,
} from '../../access/index.js';
import { Passwords } from '../../platform/crypto/passwords.js';
import { newId } from '../../platform/http/ids.js';
import { ProductsService } from '../products/index.js';
import { emailKey } from './email.js';
import type { Me } from './me.dto.js';
import type { User } from './user.entity.js';
import { UsersRepository } from './users.repository.js';

/** The people who sign in, and what a credential is told of itself. */
@Injectable()
export class UsersService {
  constructor(
    private readonly users: UsersRepository,
    private readonly products: ProductsService,
    private readonly passwords: Passwords,
  ) {}

  /** What stands behind the call's credential, with its effective access in the selected project. */
  async describe(grant: Grant): Promise<Me> {
    const { owner, tenant, credential } = grant.state;
    const { name } = actorOf(grant.state);
    const type = owner?.type ?? 'platform';
    return {
      id: owner?.memberId ?? credential.id,
      type,
      ...(owner?.email && { email: owner.email }),
      name,
      organization: tenant && { id: tenant.id, slug: tenant.slug, name: tenant.name },
      role: owner?.role.name ?? null,
      status: 'active',
      credential: { type: credential.type, id: credential.id, scope: credential.scope },
      permissions: await this.permissions(grant),
    };
  }

  /** The user with an e-mail address, however it is written. */
  findByEmail(email: string): Promise<User | null> {
    return this.users.findByEmailKey(emailKey(email));
  }

  /** The user behind a member. */
  find(id: string): Promise<User | null> {
    return this.users.find(id);
  }

  /** Tells whether somebody may still sign in with the password that was compared. */
  isUnchanged(user: User): Promise<boolean> {
    return this.users.isUnchanged(user);
  }

  /** Adds a user. Without a password nobody can sign in as them. */
  async create(
    email: string,
    name: string,
    password: string | null,
  ): Promise<{ id: string; name: string }> {
    const passwordHash = password === null ? null : await this.passwords.hash(password);
    const user = { id: newId(), email, emailKey: emailKey(email), name, passwordHash };
    await this.users.insert(user);
    return user;
  }

  private async permissions(grant: Grant): Promise<Record<string, Access>> {
    const operators = grant.isPlatform
      ? [...builtInProducts, platformProduct]
      : await this.products.slugs();
    const entries = operators.map((product) => {
      return [product, effectiveAccess(grant.state, product, grant.projectId)] as const;
    });
    return Object.fromEntries(entries);
  }
}
