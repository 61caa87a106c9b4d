import { Inject, Injectable } from '@nestjs/common';
import { calculatePKCECodeChallenge } from 'openid-client';
import { Changes, RefusedCallers, type Recorder, type RequestInfo } from '../../access/index.js';
import { CONFIG, PublicUrl, type Config } from '../../platform/config/config.js';
import { SecretHasher } from '../../platform/crypto/secret-hasher.js';
import { isWellFormedToken, mintToken } from '../../platform/crypto/token-format.js';
import { ApiError, invalidField } from '../../platform/http/api-error.js';
import { newId } from '../../platform/http/ids.js';
import { SessionOpening, type SessionTokens } from '../sessions/index.js';
import type { Connection } from './connection.entity.js';
import { ConnectionsRepository } from './connections.repository.js';
import type { KnownMember } from './identities.repository.js';
import { IdentitiesService } from './identities.service.js';
import { IdentityProviders, type Proofs } from './identity-providers.js';
import type { BeginSignIn, ExchangeCode } from './single-sign-on.dto.js';
import { SignInsRepository } from './sign-ins.repository.js';

/** Where the browser goes, and the secret that it keeps until it is back. */
export interface Begun {
  readonly url: string;
  readonly state: string;
  readonly secret: string;
}

/** What comes of a sign-in: tokens, or the page that goes on with a code. */
export type Finished = { readonly tokens: SessionTokens } | { readonly url: string };

/** People who sign in at their organization's identity provider. */
@Injectable()
export class SignInService {
  constructor(
    private readonly connections: ConnectionsRepository,
    private readonly providers: IdentityProviders,
    private readonly identities: IdentitiesService,
    private readonly signIns: SignInsRepository,
    private readonly opening: SessionOpening,
    private readonly hasher: SecretHasher,
    private readonly changes: Changes,
    private readonly refusedCallers: RefusedCallers,
    private readonly publicUrl: PublicUrl,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Begins a sign-in.
   *
   * @throws ApiError `not_found` for an organization without a provider, `unavailable` when that one cannot be reached
   */
  async begin(input: BeginSignIn): Promise<Begun> {
    const page = this.pageOf(input);
    const connection = await this.connections.findBySlug(input.organization);
    if (!connection) throw new ApiError('not_found');
    const secret = mintToken('sso');
    const proofs = this.proofsOf(secret);
    const url = await this.providers.authorizationUrl(connection, proofs, this.callback);
    const attempt = { id: newId(), connectionId: connection.id, ...page };
    await this.signIns.insertAttempt(attempt, this.hasher.store(secret));
    return { url: url.href, state: proofs.state, secret };
  }

  /**
   * Ends a sign-in that was begun in the same browser, once.
   *
   * @param answer what the provider sent the browser back with
   * @param secret what the browser has kept
   * @throws ApiError `invalid_token` for one that was not begun there, or is over; `invalid_credentials`,
   * `insufficient_permissions` and what the session's own calls would be refused with, unless a page is told
   */
  async finish(
    answer: URLSearchParams,
    secret: string | undefined,
    request: RequestInfo,
  ): Promise<Finished> {
    const proofs = secret !== undefined && isWellFormedToken(secret) && this.proofsOf(secret);
    if (!proofs || answer.get('state') !== proofs.state) throw notBegunHere();
    const attempt = await this.signIns.takeAttempt(this.hasher.candidates(secret));
    const connection = attempt && (await this.connections.find(attempt.connectionId));
    if (!connection) throw notBegunHere();
    const { redirectUri, codeChallenge } = attempt;
    const signIn = <T>(then: (member: KnownMember, record: Recorder) => Promise<T>) =>
      this.recordingRefusals(connection, request, async () => {
        const came = new URL(`${this.callback}?${answer.toString()}`);
        const claims = await this.providers.claims(connection, came, proofs);
        return this.identities.recognize(connection, claims, request, then);
      });
    if (redirectUri === null || codeChallenge === null)
      return { tokens: await signIn((...known) => this.open(connection, request, ...known)) };
    return toPage(redirectUri, () =>
      signIn((member) => this.mintCode(connection, member, codeChallenge)),
    );
  }

  /**
   * Opens the session of whoever signed in, for the page that began it.
   *
   * @throws ApiError `invalid_token` for a code that is unknown, spent, expired or another page's
   */
  async exchange(input: ExchangeCode, request: RequestInfo): Promise<SessionTokens> {
    const { code, code_verifier: verifier } = input;
    const found = isWellFormedToken(code)
      ? await this.signIns.takeCode(this.hasher.candidates(code))
      : null;
    if (!found || (await calculatePKCECodeChallenge(verifier)) !== found.codeChallenge)
      throw new ApiError('invalid_token');
    const connection = await this.connections.find(found.connectionId);
    if (!connection) throw new ApiError('invalid_token');
    const { organizationId } = connection;
    return this.recordingRefusals(connection, request, () =>
      this.changes.together({ organizationIds: [organizationId] }, async () => {
        const member = await this.identities.member(found.memberId);
        if (!member || !(await this.connections.find(connection.id)))
          throw new ApiError('invalid_token');
        const actor = { type: 'human', id: member.id, name: member.name } as const;
        return this.changes.runFor({ actor, request }, organizationId, (record) =>
          this.open(connection, request, member, record),
        );
      }),
    );
  }

  private get callback(): string {
    return `${this.publicUrl.value}/v1/auth/sso/callback`;
  }

  /** All of it comes from the one secret that the browser keeps, so that nothing else has to be stored. */
  private proofsOf(secret: string): Proofs {
    const made = (purpose: string) =>
      this.hasher.seal(`single sign-on ${purpose}`, secret).toString('base64url');
    return { state: made('state'), nonce: made('nonce'), verifier: made('verifier') };
  }

  private pageOf({ redirect_uri: page, code_challenge: codeChallenge }: BeginSignIn) {
    if (page === undefined) return { redirectUri: null, codeChallenge: null };
    const url = URL.canParse(page) ? new URL(page) : null;
    const origins = [this.publicUrl.value, ...this.config.corsOrigins];
    if (!url || !origins.includes(url.origin) || url.username || url.password || url.hash)
      throw invalidField('redirect_uri', 'must be at PUBLIC_URL or one of CORS_ORIGINS');
    if (codeChallenge === undefined)
      throw invalidField('code_challenge', 'is required with redirect_uri');
    return { redirectUri: url.href, codeChallenge };
  }

  private async open(
    { id: connectionId, organizationId }: Connection,
    request: RequestInfo,
    { id: memberId, userId }: KnownMember,
    record: Recorder,
  ): Promise<SessionTokens> {
    // Whether there is more than a password is the provider's matter.
    const owner = { userId, memberId, organizationId, connectionId };
    const opened = await this.opening.open(owner, request, record, { secondFactor: true });
    await this.opening.checkUsable(opened.id, userId, request);
    return opened.tokens;
  }

  private async mintCode(
    { id: connectionId }: Connection,
    { id: memberId }: KnownMember,
    codeChallenge: string,
  ): Promise<string> {
    const code = mintToken('ssoc');
    const entry = { id: newId(), connectionId, memberId, codeChallenge };
    await this.signIns.insertCode(entry, this.hasher.store(code));
    return code;
  }

  /** The organization reads of those who came back and were not let in. */
  private async recordingRefusals<T>(
    { id }: Connection,
    request: RequestInfo,
    work: () => Promise<T>,
  ): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ApiError) || ![401, 403].includes(error.status)) throw error;
      const claimed = { type: 'single_sign_on', id } as const;
      const { code, message: reason } = error;
      const action = 'single_sign_on.refused';
      await this.refusedCallers.record({ action, code, reason, claimed, request });
      throw error;
    }
  }
}

/** A page is told what comes of it in its address: a code, or why there is none (RFC 6749, section 4.1.2). */
async function toPage(redirectUri: string, signIn: () => Promise<string>): Promise<Finished> {
  const url = new URL(redirectUri);
  try {
    url.searchParams.set('code', await signIn());
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    url.searchParams.set('error', error.code);
    url.searchParams.set('error_description', error.message);
  }
  return { url: url.href };
}

function notBegunHere(): ApiError {
  const message = 'This sign-in was not begun in this browser, or it is over. Begin again.';
  return new ApiError('invalid_token', { message });
}
