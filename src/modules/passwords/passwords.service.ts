import { Injectable } from '@nestjs/common';
import {
  PersonalChanges,
  RefusedCallers,
  unknownActor,
  type Grant,
  type PersonalRecorder,
  type RequestInfo,
} from '../../access/index.js';
import { PublicUrl } from '../../platform/config/config.js';
import { Passwords } from '../../platform/crypto/passwords.js';
import { SecretHasher } from '../../platform/crypto/secret-hasher.js';
import { isWellFormedToken, mintToken } from '../../platform/crypto/token-format.js';
import { ApiError } from '../../platform/http/api-error.js';
import { newId } from '../../platform/http/ids.js';
import { Mailer } from '../../platform/mail/mailer.js';
import { provenPerson, SessionsService } from '../sessions/index.js';
import { UsersService } from '../users/index.js';
import type { ChangePassword, ResetPassword } from './password.dto.js';
import { PasswordResetsRepository } from './password-resets.repository.js';

/** So many links may be on their way to one person. */
const mostResets = 3;

/** Passwords that are changed, and those that are forgotten. */
@Injectable()
export class PasswordsService {
  constructor(
    private readonly users: UsersService,
    private readonly sessions: SessionsService,
    private readonly resets: PasswordResetsRepository,
    private readonly passwords: Passwords,
    private readonly changes: PersonalChanges,
    private readonly hasher: SecretHasher,
    private readonly mailer: Mailer,
    private readonly refusedCallers: RefusedCallers,
    private readonly publicUrl: PublicUrl,
  ) {}

  /**
   * Changes one's own password and ends all one's other sessions.
   *
   * @throws ApiError `invalid_credentials` when the present password is wrong
   */
  async change(grant: Grant, input: ChangePassword): Promise<void> {
    const { userId, sessionId } = provenPerson(grant);
    const email = grant.state.owner?.email ?? '';
    const { request, organizationId: organization } = grant;
    const password = input.current_password;
    const refused = 'user.password_refused';
    const { user, wasRight } = await this.users.checkPassword({
      email,
      password,
      refused,
      organization,
      request,
    });
    await wasRight();
    const passwordHash = await this.passwords.hash(input.new_password);
    await this.changes.run({ userId, request, grant }, async (record) => {
      if (!(await this.users.isUnchanged(user))) throw new ApiError('invalid_credentials');
      await this.replace(userId, passwordHash, sessionId, 'user.password_changed', record);
    });
  }

  /** Sends a link to whoever has forgotten their password. Nobody waits, so nobody learns who exists. */
  forgot(email: string, request: RequestInfo): void {
    if (this.mailer.sends) this.mailer.later(() => this.sendLink(email, request));
  }

  /**
   * Sets a new password by a token that was sent. All sessions of the person end, and other tokens of theirs.
   *
   * @throws ApiError `invalid_token` for one that is unknown, expired or spent
   */
  async reset({ token, new_password }: ResetPassword, request: RequestInfo): Promise<void> {
    const find = () =>
      isWellFormedToken(token) ? this.resets.findUserId(this.hasher.candidates(token)) : null;
    const userId = await find();
    if (userId === null) throw await this.refusedCallers.unknownToken(token, request);
    const passwordHash = await this.passwords.hash(new_password);
    await this.changes.run({ userId, request }, async (record) => {
      if ((await find()) !== userId) throw new ApiError('invalid_token');
      await this.replace(userId, passwordHash, null, 'user.password_reset', record);
    });
    // Whoever guesses, the account's owner gets in.
    await this.users.forgiveGuesses(userId, request.ip);
  }

  private async replace(
    userId: string,
    passwordHash: string,
    keptSession: string | null,
    action: string,
    record: PersonalRecorder,
  ): Promise<void> {
    await this.users.setPasswordHash(userId, passwordHash);
    await this.resets.deleteAll(userId);
    const ended = await this.sessions.endAll(userId, keptSession);
    await record({
      action,
      changesIn: (organizationId) => ({ ended_sessions: [null, ended.get(organizationId) ?? 0] }),
    });
  }

  private async sendLink(email: string, request: RequestInfo): Promise<void> {
    const user = await this.users.findByEmail(email);
    if (user?.status !== 'active') return;
    const token = mintToken('rst');
    const by = { userId: user.id, request, actor: unknownActor };
    const made = await this.changes.run(by, async (record) => {
      const stored = this.hasher.store(token);
      if (!(await this.resets.insert(newId(), user.id, stored, mostResets))) return false;
      await record({ action: 'password_reset.requested', keepsRights: true });
      return true;
    });
    // Where it goes is what the person wrote when they joined, whatever it was asked for by.
    if (made) this.mailer.sendLater({ to: user.email, ...this.letter(token) });
  }

  private letter(token: string) {
    const link = `${this.publicUrl.value}/reset-password#token=${token}`;
    return {
      subject: 'Reset your password',
      text: [
        'Somebody, probably you, asked for a new password. To choose one, open',
        link,
        `or send this token to POST ${this.publicUrl.value}/v1/auth/password/reset:`,
        token,
        'It is good for one hour, once. If it was not you, there is nothing to do.',
        '',
      ].join('\n\n'),
    };
  }
}
