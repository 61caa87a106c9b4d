import { Injectable } from '@nestjs/common';
import {
  Credentials,
  maySee,
  type CredentialState,
  type Grant,
  type PresentedToken,
} from '../../access/index.js';
import { AccessTokens } from '../../platform/crypto/access-tokens.js';
import { heldScopes } from './held-scopes.js';
import { isInForce } from './in-force.js';
import type { Introspection } from './oauth.dto.js';
import { scopeWords } from './scope-words.js';

/** Tells those who may know it what is known of a token (RFC 7662). */
@Injectable()
export class IntrospectionService {
  constructor(
    private readonly credentials: Credentials,
    private readonly accessTokens: AccessTokens,
  ) {}

  /** Reads the token's state anew: what was revoked before this call began is not active. */
  async introspect(grant: Grant, token: string): Promise<Introspection> {
    const presented = await this.credentials.findFresh(token);
    if (!presented || !isInForce(presented.state) || !maySee(grant, presented.state))
      return { active: false };
    return { active: true, ...this.describe(presented) };
  }

  private describe({ state, claims }: PresentedToken): Omit<Introspection, 'active'> {
    const { credential, owner, tenant } = state;
    const scope = scopeWords(heldScopes(state));
    const iss = this.accessTokens.issuer();
    return {
      ...(scope !== '' && { scope }),
      ...(credential.type === 'oauth' && { client_id: credential.id }),
      ...(credential.tokenId && { jti: credential.tokenId }),
      ...(owner && { username: owner.email ?? owner.name }),
      token_type: 'bearer',
      ...termOf(state, claims),
      sub: subjectOf(state),
      ...(claims && { aud: iss }),
      iss,
      credential_type: credential.type,
      credential_id: credential.id,
      ...(tenant && { organization_id: tenant.id }),
      ...(credential.project && { project_id: credential.project.id }),
      ...(owner && { member_id: owner.memberId, member_type: owner.type }),
    };
  }
}

function subjectOf({ credential, owner }: CredentialState): string {
  if (credential.type === 'session' && owner?.userId) return owner.userId;
  return credential.type === 'api_key' && owner ? owner.memberId : credential.id;
}

/** A JWT has a term of its own, besides that of what stands behind it. */
function termOf(
  { credential: { notBefore, expiresAt } }: CredentialState,
  claims: PresentedToken['claims'],
) {
  const exp = claims?.expiresAt ?? expiresAt;
  return {
    ...(claims && { iat: seconds(claims.issuedAt) }),
    ...(exp && { exp: seconds(exp) }),
    ...(notBefore && { nbf: seconds(notBefore) }),
  };
}

function seconds(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}
