import { Inject, Injectable } from '@nestjs/common';
import { Changes, type RequestInfo } from '../../access/index.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { Passwords } from '../../platform/crypto/passwords.js';
import { violates } from '../../platform/database/database-error.js';
import { ApiError } from '../../platform/http/api-error.js';
import { newId } from '../../platform/http/ids.js';
import { OrganizationsService } from '../organizations/index.js';
import { SessionOpening, type SessionTokens } from '../sessions/index.js';
import { UsersService } from '../users/index.js';
import type { Register } from './registration.dto.js';

/** Strangers who begin, each with an organization of their own. */
@Injectable()
export class RegistrationService {
  constructor(
    private readonly users: UsersService,
    private readonly organizations: OrganizationsService,
    private readonly opening: SessionOpening,
    private readonly passwords: Passwords,
    private readonly changes: Changes,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Makes a user, an organization that they own, and a session there, or nothing of it.
   *
   * @throws ApiError `not_found` unless the operator lets strangers register, `conflict` for an address that is known
   */
  async register(input: Register, request: RequestInfo): Promise<SessionTokens> {
    if (this.config.signup !== 'open') throw new ApiError('not_found');
    const { email, name } = input;
    const passwordHash = await this.passwords.hash(input.password);
    const organizationId = newId();
    const actor = { type: 'human', id: null, name } as const;
    try {
      return await this.changes.runFor({ actor, request }, organizationId, async (record) => {
        const user = await this.users.createWithHash(email, name, passwordHash);
        const named = { name: input.organization_name };
        const organizations = this.organizations;
        const memberId = await organizations.createWithOwner(organizationId, named, user, record);
        const owner = { userId: user.id, memberId, organizationId };
        return (await this.opening.open(owner, request, record, { secondFactor: false })).tokens;
      });
    } catch (cause) {
      if (!violates(cause, 'user_account_email_key')) throw cause;
      throw new ApiError('conflict', { message: 'This e-mail address is registered.', cause });
    }
  }
}
