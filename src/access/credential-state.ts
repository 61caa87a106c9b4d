import type { AccessMap } from './catalogue.js';
import type { Role } from './roles.js';

export type CredentialType = 'api_key' | 'session' | 'oauth';
export type CredentialScope = 'organization' | 'project' | 'platform';
export type MemberType = 'human' | 'service_account';

/** The two names of a project. */
export interface ProjectName {
  readonly id: string;
  readonly slug: string;
}

/** The key, session or token that a call is made with. */
export interface Credential {
  readonly type: CredentialType;
  readonly id: string;
  /** First characters of a key's secret; null for what has no secret that is worth naming. */
  readonly prefix: string | null;
  readonly name: string;
  readonly scope: CredentialScope;
  /** The one project that a project-scoped key reaches. */
  readonly project: ProjectName | null;
  /** Null: all that the owner has. As in a role, `*` stands for every product of the operator. */
  readonly productScopes: AccessMap | null;
  readonly allowedIps: readonly string[] | null;
  readonly isActive: boolean;
  readonly revoked: boolean;
  readonly expiresAt: Date | null;
  readonly notBefore: Date | null;
  /** Of an OAuth client's credentials: the very token, while the id is the client's. */
  readonly tokenId?: string;
  /** Of a session: that a second factor was shown in it. */
  readonly secondFactor?: true;
  /**
   * Of a session that was opened by single sign-on: through which connection. Only the organization's identity provider
   * vouches for its person, so it is worth nothing outside that organization.
   */
  readonly connectionId?: string;
}

/** The member that owns the credential, with every role that it holds. */
export interface Owner {
  readonly memberId: string;
  readonly userId: string | null;
  readonly type: MemberType;
  readonly name: string;
  readonly email: string | null;
  /** False when the member or the user behind it is deactivated. */
  readonly active: boolean;
  readonly status: 'active' | 'deactivated';
  readonly role: Role;
  readonly projectRoles: ReadonlyMap<string, Role>;
}

/** The organization that the credential belongs to. */
export interface Tenant {
  readonly id: string;
  readonly suspended: boolean;
  readonly allowedIps: readonly string[] | null;
  /** Whether its sessions have to be opened with a second factor. */
  readonly requiresSecondFactor: boolean;
  readonly rateLimitPerMinute: number;
}

/** Where a credential's state is read, and the name that it is remembered under. */
export type CredentialSource =
  | {
      readonly type: 'secret';
      /** A form that the secret may be stored in: its HMAC in base64. */
      readonly name: string;
    }
  | {
      readonly type: 'session';
      readonly name: string;
      readonly sessionId: string;
      readonly userId: string;
    }
  | {
      readonly type: 'oauth';
      readonly name: string;
      readonly clientId: string;
      readonly tokenId: string;
    }
  | {
      /** A client that authenticates itself, to be given a token or to ask about one. */
      readonly type: 'client';
      readonly name: string;
      readonly clientId: string;
      /** A form that its secret may be stored in: its HMAC in base64. */
      readonly hash: string;
    };

/**
 * Everything that a decision depends on besides the call, read in one statement so that it is of one moment.
 * A platform key has neither owner nor tenant.
 */
export interface CredentialState {
  readonly credential: Credential;
  readonly owner: Owner | null;
  readonly tenant: Tenant | null;
  /**
   * The database's time when the state was read, in milliseconds since 1970; expiry and not-before are compared with it.
   * A `Date` would take six times the memory of each credential in use.
   */
  readonly readAt: number;
}

/** The organization that the operator's own keys and events are kept under. It is no organization that anyone can ask for. */
export const operatorId = '00000000-0000-7000-8000-000000000000';

/** The id under which what belongs to this credential is kept. */
export function tenantId(state: CredentialState): string {
  return state.tenant?.id ?? operatorId;
}
