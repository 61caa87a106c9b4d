import { Injectable } from '@nestjs/common';
import { Changes, PersonalChanges, type Grant } from '../../access/index.js';
import { PublicUrl } from '../../platform/config/config.js';
import { SecretCipher } from '../../platform/crypto/secret-cipher.js';
import { ApiError } from '../../platform/http/api-error.js';
import { SessionsService, provenPerson } from '../sessions/index.js';
import { UsersService } from '../users/index.js';
import { newTotpSecret, plainCode, sharedSecret } from './codes.js';
import { SecondFactorRepository } from './second-factor.repository.js';
import { SecondFactorService, totpContext } from './second-factor.service.js';
import type { RecoveryCodes, TotpEnrolment, TotpState } from './totp.dto.js';

/** People who take a second factor up, and give it up. */
@Injectable()
export class EnrolmentService {
  constructor(
    private readonly factors: SecondFactorRepository,
    private readonly secondFactor: SecondFactorService,
    private readonly users: UsersService,
    private readonly sessions: SessionsService,
    private readonly changes: Changes,
    private readonly personalChanges: PersonalChanges,
    private readonly cipher: SecretCipher,
    private readonly publicUrl: PublicUrl,
  ) {}

  /** What the signed-in person has. */
  async state(grant: Grant): Promise<TotpState> {
    const { userId } = provenPerson(grant);
    const enabledAt = (await this.factors.find(userId))?.enabledAt ?? null;
    return {
      enabled: enabledAt !== null,
      enabled_at: enabledAt && enabledAt.toISOString(),
      recovery_codes_left: await this.secondFactor.recoveryCodesLeft(userId),
    };
  }

  /**
   * Makes a secret to share with an authenticator app. Nothing asks for its codes until one was confirmed.
   *
   * @throws ApiError `invalid_credentials` when the password is wrong, `conflict` when a factor is enabled
   */
  async begin(grant: Grant, password: string): Promise<TotpEnrolment> {
    const { userId } = provenPerson(grant);
    const { request, organizationId: organization } = grant;
    const email = grant.state.owner?.email ?? '';
    const refused = 'user.password_refused';
    const proof = { email, password, refused, organization, request };
    const { user, wasRight } = await this.users.checkPassword(proof);
    await wasRight();
    const secret = newTotpSecret();
    await this.personalChanges.run({ userId, request, grant }, async (record) => {
      if (!(await this.users.isUnchanged(user))) throw new ApiError('invalid_credentials');
      const encrypted = this.cipher.encrypt(secret, totpContext(userId));
      if (!(await this.factors.begin(userId, encrypted))) throw enabledAlready();
      await record({ action: 'second_factor.enrolment_begun', keepsRights: true });
    });
    const issuer = new URL(this.publicUrl.value).hostname;
    return sharedSecret(secret, { issuer, label: user.email });
  }

  /**
   * Enables the factor by a code that shows that the app has the secret. The session that does it has passed.
   *
   * @throws ApiError `invalid_credentials` when the code is wrong, `conflict` when there is nothing to confirm
   */
  async confirm(grant: Grant, code: string): Promise<RecoveryCodes> {
    const { userId, sessionId } = provenPerson(grant);
    const { request } = grant;
    const wasRight = await this.secondFactor.takeGuess(userId, request.ip);
    const by = { userId, request, grant };
    const codes = await this.personalChanges.run(by, async (record) => {
      const factor = await this.factors.find(userId);
      if (!factor) throw new ApiError('conflict', { message: 'Begin at POST /v1/auth/totp.' });
      if (factor.enabledAt) throw enabledAlready();
      if (!(await this.secondFactor.redeemTotp(userId, factor, plainCode(code))))
        throw new ApiError('invalid_credentials');
      await this.factors.enable(userId);
      await this.sessions.markSecondFactor(sessionId);
      await record({ action: 'second_factor.enabled' });
      return this.secondFactor.renewRecoveryCodes(userId);
    });
    await wasRight();
    return { recovery_codes: codes };
  }

  /** Makes ten new recovery codes; those before are worth nothing from now on. */
  async renewRecoveryCodes(grant: Grant, code: string): Promise<RecoveryCodes> {
    const { userId } = provenPerson(grant);
    const { request } = grant;
    const wasRight = await this.secondFactor.takeGuess(userId, request.ip);
    const by = { userId, request, grant };
    const codes = await this.personalChanges.run(by, async (record) => {
      const shown = await this.secondFactor.redeem(userId, code);
      if (shown === null) throw none();
      const changesIn = () => ({ shown: [null, shown] as const });
      await record({
        action: 'second_factor.recovery_codes_renewed',
        keepsRights: true,
        changesIn,
      });
      return this.secondFactor.renewRecoveryCodes(userId);
    });
    await wasRight();
    return { recovery_codes: codes };
  }

  /** Gives the factor up. No session of the person counts as having shown one any more. */
  async disable(grant: Grant, code: string): Promise<void> {
    const { userId } = provenPerson(grant);
    const { request } = grant;
    const wasRight = await this.secondFactor.takeGuess(userId, request.ip);
    await this.personalChanges.run({ userId, request, grant }, async (record) => {
      const shown = await this.secondFactor.redeem(userId, code);
      if (shown === null) throw none();
      await this.factors.delete(userId);
      await this.sessions.unmarkSecondFactor(userId);
      const changesIn = () => ({ shown: [null, shown] as const });
      await record({ action: 'second_factor.disabled', changesIn });
    });
    await wasRight();
  }

  /**
   * Takes the factor away from somebody who has lost app and recovery codes, and ends all their sessions. Their
   * organizations and the operator's log are told.
   *
   * @throws ApiError `not_found` when nobody with this address has one
   */
  async reset(grant: Grant, email: string): Promise<void> {
    const user = await this.users.findByEmail(email);
    if (!user) throw new ApiError('not_found');
    const { id } = user;
    const { request, actor } = grant;
    await this.personalChanges.run({ userId: id, request, grant, actor }, async (record) => {
      if (!(await this.factors.delete(id))) throw new ApiError('not_found');
      const ended = await this.sessions.endAll(id, null);
      const action = 'second_factor.reset';
      await record({
        action,
        changesIn: (organizationId) => ({ ended_sessions: [null, ended.get(organizationId) ?? 0] }),
      });
      await this.changes.run(grant, (tell) => tell({ action, target: { type: 'user', id } }));
    });
  }
}

function enabledAlready(): ApiError {
  const message = 'You have a second factor. Disable it to begin with another one.';
  return new ApiError('conflict', { message });
}

function none(): ApiError {
  return new ApiError('conflict', { message: 'You have no second factor.' });
}
