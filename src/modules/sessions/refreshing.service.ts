import { Injectable } from '@nestjs/common';
import {
  Changes,
  CredentialsRepository,
  decide,
  RefusedCallers,
  toApiError,
  type Recorder,
  type Refusal,
  type RequestInfo,
} from '../../access/index.js';
import { SecretHasher } from '../../platform/crypto/secret-hasher.js';
import { isWellFormedToken, mintToken } from '../../platform/crypto/token-format.js';
import { newId } from '../../platform/http/ids.js';
import { networkOf } from '../../platform/throttling/network.js';
import {
  RefreshTokensRepository,
  type FoundRefreshToken,
  type RefreshTokenState,
} from './refresh-tokens.repository.js';
import type { SessionTokens } from './session.dto.js';
import { refreshTokenPrefix, SessionOpening } from './session-opening.js';
import { sessionSource } from './session-source.js';
import { SessionsRepository } from './sessions.repository.js';

/** What a refresh token was exchanged for, or why it was not. */
type Exchanged =
  | { readonly tokens: SessionTokens; readonly refusal: null }
  | { readonly tokens: null; readonly refusal: Refusal };

const invalid = { tokens: null, refusal: { code: 'invalid_token' } } as const;

/**
 * Exchanges refresh tokens (RFC 9700, section 4.14.2): each is good for one use. One that is used again ends its session,
 * unless the same client repeats itself within moments: then it gets the same successor, so that there is one
 * lineage whatever happens.
 */
@Injectable()
export class RefreshingService {
  constructor(
    private readonly refreshTokens: RefreshTokensRepository,
    private readonly sessions: SessionsRepository,
    private readonly opening: SessionOpening,
    private readonly credentials: CredentialsRepository,
    private readonly hasher: SecretHasher,
    private readonly changes: Changes,
    private readonly refusedCallers: RefusedCallers,
  ) {}

  /**
   * @throws ApiError `invalid_token` for a token that is unknown, expired or spent, or whose session is over; what the
   * session's own calls would be refused with. Each is recorded
   */
  async refresh(token: string, request: RequestInfo): Promise<SessionTokens> {
    const found = isWellFormedToken(token)
      ? await this.refreshTokens.find(this.hasher.candidates(token))
      : null;
    if (!found) throw await this.refusedCallers.unknownToken(token, request);
    const { organization_id: organizationId, member_id: id, member_name: name } = found;
    const by = { actor: { type: 'human', id, name } as const, request };
    const { tokens, refusal } = await this.changes.runFor(by, organizationId, (record) =>
      this.exchange(token, found, request, record),
    );
    if (tokens) return tokens;
    const claimed = { type: 'session', id: found.session_id } as const;
    await this.refusedCallers.record({
      action: 'session.refused',
      code: refusal.code,
      claimed,
      request,
    });
    throw toApiError(refusal);
  }

  /** A refusal is a result: that a session is over whose token had been spent before has to be committed. */
  private async exchange(
    token: string,
    found: FoundRefreshToken,
    request: RequestInfo,
    record: Recorder,
  ): Promise<Exchanged> {
    const { session_id: sessionId, user_id: userId } = found;
    const policy = await this.sessions.policy(found.organization_id);
    const state = await this.refreshTokens.lock(found.id, policy.sessionSeconds);
    const refusal = await this.refusal(found, request);
    if (!state || state.over || refusal?.code === 'invalid_token') return invalid;
    const client = this.clientOf(request);
    if (state.spent && !(state.just_spent && state.spent_by === client)) {
      await this.sessions.end(sessionId);
      const changes = { reason: [null, 'refresh token used again'] as const };
      await record({ action: 'session.ended', target: targetOf(sessionId), changes });
      return invalid;
    }
    if (refusal) return { tokens: null, refusal };
    const successor = await this.successor(token, found, state, client);
    const secondsLeft = await this.sessions.refresh(sessionId);
    const seconds = Math.min(policy.accessTokenSeconds, secondsLeft);
    await record({ action: 'session.refreshed', target: targetOf(sessionId), keepsRights: true });
    const tokens = await this.opening.tokens({ sessionId, userId }, seconds, successor);
    return { tokens, refusal: null };
  }

  /** What the session's own calls would be refused with, whatever they ask for. */
  private async refusal(found: FoundRefreshToken, { ip }: RequestInfo): Promise<Refusal | null> {
    const state = await this.credentials.findState(sessionSource(found.session_id, found.user_id));
    if (!state) return { code: 'invalid_token' };
    const selection = { project: null, refusal: null };
    return decide(state.value, null, { ip, selection }).refusal;
  }

  /**
   * The token that comes after this one. It is made from this one, its own id and the server's pepper, so that it can be
   * given again without being stored, and nobody else can tell it.
   */
  private async successor(
    token: string,
    { id, session_id: sessionId }: FoundRefreshToken,
    { successor_id: known }: RefreshTokenState,
    client: string,
  ): Promise<string> {
    const successorId = known ?? newId();
    const bits = this.hasher.seal(`refresh token ${successorId}`, token);
    const successor = mintToken(refreshTokenPrefix, bits);
    if (known === null) {
      await this.refreshTokens.insert(successorId, sessionId, this.hasher.store(successor));
      await this.refreshTokens.spend(id, client, successorId);
    }
    return successor;
  }

  /** What tells clients apart, as far as anything does: the network that they call from, and what they call themselves. */
  private clientOf({ ip, userAgent }: RequestInfo): string {
    return this.hasher.seal('client', `${networkOf(ip)}\n${userAgent}`).toString('base64url');
  }
}

function targetOf(id: string) {
  return { type: 'session', id };
}
