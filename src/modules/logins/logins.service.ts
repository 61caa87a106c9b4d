import { Injectable } from '@nestjs/common';
import { Changes, type Recorder, type RequestInfo } from '../../access/index.js';
import { ApiError } from '../../platform/http/api-error.js';
import { MembersService, type Membership } from '../members/index.js';
import { SecondFactorService } from '../second-factor/index.js';
import { SessionOpening, type SessionTokens } from '../sessions/index.js';
import { UsersService, type ProvenUser } from '../users/index.js';
import type { Login } from './login.dto.js';

/** People who sign in with a password, and a code where they have a second factor. */
@Injectable()
export class LoginsService {
  constructor(
    private readonly users: UsersService,
    private readonly members: MembersService,
    private readonly secondFactor: SecondFactorService,
    private readonly opening: SessionOpening,
    private readonly changes: Changes,
  ) {}

  /**
   * Signs a person in.
   *
   * @throws ApiError `invalid_credentials`, the same for every way to fail; `second_factor_required` when nothing but the code
   * is missing; `rate_limit_exceeded` after too many of them
   */
  async login(input: Login, request: RequestInfo): Promise<SessionTokens> {
    const { code, ...proof } = { ...input, request, refused: 'session.refused' };
    const { user, wasRight } = await this.users.checkPassword(proof);
    const membership = await this.members.findMembership(user.id, input.organization ?? null);
    if (!membership) throw await this.users.refuse(proof, user);
    const codeWasRight =
      code === undefined ? null : await this.secondFactor.takeGuess(user.id, request.ip);
    const opening = this.open(user, membership, code, request);
    const tokens = await opening.catch(async (error: unknown) => {
      throw lacksProof(error) ? await this.users.refuse(proof, user, error) : error;
    });
    await wasRight();
    await codeWasRight?.();
    return tokens;
  }

  private open(
    user: ProvenUser['user'],
    { id: memberId, name, organization_id: organizationId }: Membership,
    code: string | undefined,
    request: RequestInfo,
  ): Promise<SessionTokens> {
    const by = { actor: { type: 'human', id: memberId, name } as const, request };
    const concerned = { organizationIds: [organizationId], userId: user.id };
    return this.changes.together(concerned, async () => {
      // The password may have been changed since it was compared, and that ends every session.
      if (!(await this.users.isUnchanged(user))) throw new ApiError('invalid_credentials');
      return this.changes.runFor(by, organizationId, async (record) => {
        const secondFactor = await this.showCode(user.id, code, record);
        const owner = { userId: user.id, memberId, organizationId };
        return (await this.opening.open(owner, request, record, { secondFactor })).tokens;
      });
    });
  }

  /** Uses the code up; false where the person has no second factor. */
  private async showCode(
    userId: string,
    code: string | undefined,
    record: Recorder,
  ): Promise<boolean> {
    const shown = await this.secondFactor.redeem(userId, code);
    if (shown === 'recovery_code') {
      const left = await this.secondFactor.recoveryCodesLeft(userId);
      await record({
        action: 'second_factor.recovery_code_used',
        target: { type: 'user', id: userId },
        keepsRights: true,
        changes: { recovery_codes_left: [left + 1, left] },
      });
    }
    return shown !== null;
  }
}

/** Tells that somebody did not prove who they say to be, by what they showed or left out. */
function lacksProof(error: unknown): error is ApiError {
  const codes = ['invalid_credentials', 'second_factor_required'];
  return error instanceof ApiError && codes.includes(error.code);
}
