import { Injectable } from '@nestjs/common';
import {
  actorOf,
  builtInProducts,
  effectiveAccess,
  platformProduct,
  RefusedCallers,
  type Access,
  type Grant,
  type RequestInfo,
} from '../../access/index.js';
import { Passwords } from '../../platform/crypto/passwords.js';
import { ApiError } from '../../platform/http/api-error.js';
import { newId } from '../../platform/http/ids.js';
import { Guesses } from '../../platform/throttling/guesses.js';
import { networkOf } from '../../platform/throttling/network.js';
import { ProductsService } from '../products/index.js';
import { emailKey } from './email.js';
import type { Me } from './me.dto.js';
import type { User } from './user.entity.js';
import { UsersRepository, type NamedOrganization } from './users.repository.js';

/** Somebody who says who they are, and how the audit log tells of it when they do not prove it. */
export interface PasswordProof {
  readonly email: string;
  readonly password: string;
  /** `noun.past`. */
  readonly refused: string;
  /** The organization that is told, by id or slug; the person's oldest unless given. */
  readonly organization?: string | null;
  readonly request: RequestInfo;
}

/** A user whose password was right. */
export interface ProvenUser {
  readonly user: User;
  /** Says that nothing was wrong besides, so that earlier wrong guesses are forgotten. */
  readonly wasRight: () => Promise<void>;
}

/** The people who sign in, and what a credential is told of itself. */
@Injectable()
export class UsersService {
  constructor(
    private readonly users: UsersRepository,
    private readonly products: ProductsService,
    private readonly passwords: Passwords,
    private readonly guesses: Guesses,
    private readonly refusedCallers: RefusedCallers,
  ) {}

  /** What stands behind the call's credential, with its effective access in the selected project. */
  async describe(grant: Grant): Promise<Me> {
    const { owner, credential } = grant.state;
    const { name } = actorOf(grant.state);
    const [organization, permissions] = await Promise.all([
      this.organization(grant),
      this.permissions(grant),
    ]);
    const type = owner?.type ?? 'platform';
    return {
      id: owner?.memberId ?? credential.id,
      type,
      ...(owner?.email && { email: owner.email }),
      name,
      organization,
      role: owner?.role.name ?? null,
      status: 'active',
      credential: { type: credential.type, id: credential.id, scope: credential.scope },
      permissions,
    };
  }

  /** The organization of the call; null for the operator's. */
  organization(grant: Grant): Promise<NamedOrganization | null> {
    return this.users.organization(grant);
  }

  /** The user with an e-mail address, however it is written. */
  findByEmail(email: string): Promise<User | null> {
    return this.users.findByEmailKey(emailKey(email));
  }

  /** The user behind a member. */
  find(id: string): Promise<User | null> {
    return this.users.find(id);
  }

  /**
   * Compares the password of somebody who says who they are. Every way to fail gives the same answer, does the same
   * work and is recorded. Where all that has to be proven is, `wasRight` says so.
   *
   * @throws ApiError `invalid_credentials` when it is wrong, `rate_limit_exceeded` after too many wrong ones
   */
  async checkPassword(proof: PasswordProof): Promise<ProvenUser> {
    const { email, password, request } = proof;
    const user = await this.findByEmail(email);
    const familiar = await this.hasSignedInFrom(user?.id ?? null, request.ip);
    const guess = { account: emailKey(email), ip: request.ip, familiar };
    await this.guesses.take(guess);
    const matches = await this.passwords.matches(password, user?.passwordHash ?? null);
    if (!user || !matches || user.status !== 'active') throw await this.refuse(proof, user);
    return { user, wasRight: () => this.guesses.wasRight(guess) };
  }

  /** Tells whether somebody has signed in from an address's network lately. Takes as long for nobody. */
  hasSignedInFrom(userId: string | null, ip: string): Promise<boolean> {
    return this.users.hasSignedInFrom(userId, networkOf(ip));
  }

  /**
   * Records that somebody did not prove who they say to be, and gives the refusal. Not within a transaction: others
   * would wait for what it holds.
   */
  async refuse(
    proof: Omit<PasswordProof, 'password'>,
    user: User | null,
    refusal = new ApiError('invalid_credentials'),
  ): Promise<ApiError> {
    const { refused: action, organization = null, request } = proof;
    const claimed = { type: 'user', id: user?.id ?? null, organization } as const;
    await this.refusedCallers.record({ action, code: refusal.code, claimed, request });
    return refusal;
  }

  /** Forgets what was guessed at somebody, who has proven themselves in another way. */
  async forgiveGuesses(id: string, ip: string): Promise<void> {
    const user = await this.users.find(id);
    if (user) await this.guesses.forgive(user.emailKey, ip);
  }

  /** Sets a password that was hashed, within the change that is under way. */
  setPasswordHash(id: string, passwordHash: string): Promise<void> {
    return this.users.setPasswordHash(id, passwordHash);
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
    return this.createWithHash(
      email,
      name,
      password === null ? null : await this.passwords.hash(password),
    );
  }

  /** Adds a user with a password that was hashed before the transaction that is under way. */
  async createWithHash(
    email: string,
    name: string,
    passwordHash: string | null,
  ): Promise<{ id: string; name: string }> {
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
