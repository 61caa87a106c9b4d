import { Injectable } from '@nestjs/common';
import { Changes, type Grant, type RequestInfo } from '../../access/index.js';
import { AccessTokens } from '../../platform/crypto/access-tokens.js';
import { Passwords } from '../../platform/crypto/passwords.js';
import { ApiError } from '../../platform/http/api-error.js';
import { newId } from '../../platform/http/ids.js';
import { MembersService } from '../members/index.js';
import { UsersService } from '../users/index.js';
import type { Login, SessionTokens } from './session.dto.js';
import { SessionsRepository } from './sessions.repository.js';

/** People signing in and out. */
@Injectable()
export class SessionsService {
  constructor(
    private readonly sessions: SessionsRepository,
    private readonly users: UsersService,
    private readonly members: MembersService,
    private readonly passwords: Passwords,
    private readonly accessTokens: AccessTokens,
    private readonly changes: Changes,
  ) {}

  /**
   * Signs a person in. Every way to fail gives the same answer and does the same work.
   *
   * @throws ApiError `invalid_credentials`
   */
  async login(input: Login, request: RequestInfo): Promise<SessionTokens> {
    const user = await this.users.findByEmail(input.email);
    const matches = await this.passwords.matches(input.password, user?.passwordHash ?? null);
    const membership =
      user && (await this.members.findMembership(user.id, input.organization ?? null));
    if (!matches || user?.status !== 'active' || !membership)
      throw new ApiError('invalid_credentials');
    const { id: memberId, organization_id: organizationId } = membership;
    const policy = await this.sessions.policy(organizationId);
    const session = { id: newId(), organizationId, memberId, userId: user.id };
    const { ip, userAgent } = request;
    const actor = { type: 'human', id: memberId, name: user.name } as const;
    await this.changes.runFor({ actor, request }, organizationId, async (record) => {
      await this.sessions.insert({ ...session, ip, userAgent }, policy.sessionSeconds);
      await record({
        action: 'session.created',
        isNew: true,
        target: { type: 'session', id: session.id },
      });
    });
    const claims = { subject: user.id, sessionId: session.id };
    return {
      access_token: await this.accessTokens.sign(claims, policy.accessTokenSeconds),
      token_type: 'bearer',
      expires_in: policy.accessTokenSeconds,
    };
  }

  /** Ends the session that the call is made with. */
  logout(grant: Grant): Promise<void> {
    const { id, type } = grant.state.credential;
    if (type !== 'session')
      throw new ApiError('invalid_request', { message: 'Only a session can log out.' });
    return this.changes.run(grant, async (record) => {
      await this.sessions.end(id);
      await record({ action: 'session.ended', target: { type: 'session', id } });
    });
  }
}
