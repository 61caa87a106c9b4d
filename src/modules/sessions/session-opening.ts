import { Injectable } from '@nestjs/common';
import {
  CredentialsRepository,
  decide,
  toApiError,
  type Recorder,
  type RequestInfo,
} from '../../access/index.js';
import { AccessTokens } from '../../platform/crypto/access-tokens.js';
import { SecretHasher } from '../../platform/crypto/secret-hasher.js';
import { mintToken } from '../../platform/crypto/token-format.js';
import { ApiError } from '../../platform/http/api-error.js';
import { newId } from '../../platform/http/ids.js';
import { networkOf } from '../../platform/throttling/network.js';
import { RefreshTokensRepository } from './refresh-tokens.repository.js';
import type { SessionTokens } from './session.dto.js';
import { sessionSource } from './session-source.js';
import { SessionsRepository } from './sessions.repository.js';

/** Whose session it is, and where. */
export interface SessionOwner {
  readonly userId: string;
  readonly memberId: string;
  readonly organizationId: string;
  /** The connection that single sign-on went through, when it did: the session counts in this organization only. */
  readonly connectionId?: string;
}

/** How a session comes about. */
export interface Opening {
  /** Whether the person has shown a second factor, here or to whoever vouches for them. */
  readonly secondFactor: boolean;
  /** When it is over at the latest, whatever the organization's policy says. */
  readonly notAfter?: Date | null;
}

const longestUserAgent = 256;

/** Opens sessions and hands out their tokens. */
@Injectable()
export class SessionOpening {
  constructor(
    private readonly sessions: SessionsRepository,
    private readonly refreshTokens: RefreshTokensRepository,
    private readonly credentials: CredentialsRepository,
    private readonly accessTokens: AccessTokens,
    private readonly hasher: SecretHasher,
  ) {}

  /** Opens a session, within the change that is under way. */
  async open(
    owner: SessionOwner,
    request: RequestInfo,
    record: Recorder,
    { secondFactor, notAfter = null }: Opening,
  ): Promise<{ id: string; tokens: SessionTokens }> {
    const { organizationId, userId, connectionId = null } = owner;
    const id = newId();
    const { accessTokenSeconds, sessionSeconds } = await this.sessions.policy(organizationId);
    const userAgent = request.userAgent?.slice(0, longestUserAgent) ?? null;
    const { ip } = request;
    const session = { ...owner, connectionId, secondFactor, id, ip, userAgent };
    const secondsLeft = await this.sessions.insert(
      { ...session, network: networkOf(ip) },
      sessionSeconds,
      notAfter,
    );
    const target = { type: 'session', id };
    const changes = { connection_id: [null, connectionId] as const };
    const how = connectionId !== null && { changes };
    await record({ action: 'session.created', isNew: true, target, ...how });
    const refreshToken = mintToken(refreshTokenPrefix);
    await this.refreshTokens.insert(newId(), id, this.hasher.store(refreshToken));
    const seconds = Math.min(accessTokenSeconds, secondsLeft);
    const tokens = await this.tokens({ sessionId: id, userId }, seconds, refreshToken);
    return { id, tokens };
  }

  /**
   * Makes sure that a session can be used, within the change that opened it.
   *
   * @throws ApiError what the session's own calls would be refused with
   */
  async checkUsable(id: string, userId: string, { ip }: RequestInfo): Promise<void> {
    const state = await this.credentials.findState(sessionSource(id, userId));
    if (!state) throw new ApiError('not_found');
    const selection = { project: null, refusal: null };
    const { refusal } = decide(state.value, null, { ip, selection });
    if (refusal) throw toApiError(refusal);
  }

  /** What a client is given: an access token that is good for so many seconds, and what keeps the session up. */
  async tokens(
    { sessionId, userId }: { sessionId: string; userId: string },
    seconds: number,
    refreshToken: string,
  ): Promise<SessionTokens> {
    const claims = { subject: userId, sessionId };
    return {
      access_token: await this.accessTokens.sign(claims, seconds),
      token_type: 'bearer',
      expires_in: seconds,
      refresh_token: refreshToken,
    };
  }
}

/** What every refresh token begins with. */
export const refreshTokenPrefix = 'rt';
