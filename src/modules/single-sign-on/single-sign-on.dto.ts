import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsObject,
  IsString,
  Length,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { MayBeLeftOut, Satisfies, Timestamp } from '../../platform/http/validation.js';
import { ProjectRole } from '../members/index.js';
import { asciiDomain } from '../users/index.js';
import type { Connection } from './connection.entity.js';

const mostDomains = 50;

/** A field that holds domains of e-mail addresses, each exactly: `acme.example` says nothing of `mail.acme.example`. */
function AreDomains(): PropertyDecorator {
  return Satisfies(
    'areDomains',
    (value) => Array.isArray(value) && value.every(isDomain),
    'must be domains like acme.example',
  );
}

function isDomain(value: unknown): boolean {
  if (typeof value !== 'string' || value.length > 253) return false;
  return /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/.test(asciiDomain(value));
}

/** An organization's identity provider, and what it is believed in. */
export class SetConnection {
  /**
   * The issuer's address, as its description at `/.well-known/openid-configuration` names it. HTTPS, at a public address
   * unless the operator lists it.
   * @example 'https://login.acme.example/realms/staff'
   */
  @MaxLength(255)
  @Satisfies('isIssuer', isIssuer, 'must be the address of an issuer, without query or fragment')
  issuer!: string;

  /**
   * What this server is known by at the provider.
   * @example 'latchkey'
   */
  @IsString()
  @Length(1, 255)
  client_id!: string;

  /**
   * Kept sealed and never shown. Left out: it stays as it is, as long as issuer and client do.
   * @example 'a secret from the provider'
   */
  @MayBeLeftOut()
  @IsString()
  @Length(1, 1024)
  client_secret?: string;

  /**
   * The domains of your people's e-mail addresses, each exactly. They count once the operator has confirmed them.
   * @example ['acme.example']
   */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(mostDomains)
  @AreDomains()
  domains!: string[];

  /**
   * What somebody who is new becomes: a role that you hold yourself, never `owner`.
   * @example 'member'
   */
  @IsString()
  @MaxLength(100)
  default_role!: string;

  /** The roles in projects that somebody who is new is given. */
  @MayBeLeftOut()
  @IsArray()
  @ArrayMaxSize(100)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => ProjectRole)
  default_projects?: ProjectRole[];
}

function isIssuer(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const { search, hash, username, password, pathname } = new URL(value);
  return `${search}${hash}${username}${password}` === '' && !pathname.includes('/.well-known/');
}

/** Domains that are the organization's. */
export class ConfirmDomains {
  /**
   * All of them; the others count no more.
   * @example ['acme.example']
   */
  @IsArray()
  @ArrayMaxSize(mostDomains)
  @AreDomains()
  domains!: string[];
}

/** An organization's identity provider. Its secret is never shown. */
export class ConnectionView {
  /** @example '0190a5c4-7b1e-7c3a-9f52-2f6d3c1b8e47' */
  id!: string;

  /** @example 'https://login.acme.example/realms/staff' */
  issuer!: string;

  /** @example 'latchkey' */
  client_id!: string;

  /** @example ['acme.example'] */
  domains!: string[];

  /**
   * Those that the operator has confirmed: only people with an address there can sign in.
   * @example ['acme.example']
   */
  confirmed_domains!: string[];

  /** @example 'member' */
  default_role!: string;

  default_projects!: ProjectRole[];

  /**
   * The redirect URI to register at the provider.
   * @example 'https://auth.example.com/v1/auth/sso/callback'
   */
  callback_url!: string;

  /**
   * Where people begin to sign in.
   * @example 'https://auth.example.com/v1/auth/sso?organization=acme'
   */
  sign_in_url!: string;

  @Timestamp()
  created_at!: string;

  @Timestamp()
  updated_at!: string;

  /**
   * @param roleNames what roles are called, by id
   * @param addresses of this server
   */
  static of(
    connection: Connection,
    roleNames: ReadonlyMap<string, string>,
    addresses: Pick<ConnectionView, 'callback_url' | 'sign_in_url'>,
  ): ConnectionView {
    const { id, issuer, clientId, domains, confirmedDomains, roleId, projects } = connection;
    const nameOf = (role: string) => roleNames.get(role) ?? role;
    return {
      id,
      issuer,
      client_id: clientId,
      domains,
      confirmed_domains: confirmedDomains,
      default_role: nameOf(roleId),
      default_projects: projects.map(({ project_id, role_id }) => ({
        project_id,
        role: nameOf(role_id),
      })),
      ...addresses,
      created_at: connection.createdAt.toISOString(),
      updated_at: connection.updatedAt.toISOString(),
    };
  }
}

const codeChallengePattern = /^[A-Za-z0-9_-]{43}$/;

/** Where somebody wants to sign in. */
export class BeginSignIn {
  /**
   * The organization's slug.
   * @example 'acme'
   */
  @IsString()
  @MaxLength(48)
  organization!: string;

  /**
   * A page that is to get a code, at `PUBLIC_URL` or one of `CORS_ORIGINS`. Left out: the answer at the end holds the tokens.
   * @example 'https://app.example.com/signed-in'
   */
  @MayBeLeftOut()
  @IsString()
  @MaxLength(2048)
  redirect_uri?: string;

  /**
   * Required with `redirect_uri`: the SHA-256, in base64url, of a `code_verifier` that the page keeps (RFC 7636, S256).
   * @example 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
   */
  @MayBeLeftOut()
  @Matches(codeChallengePattern, { message: 'must be a SHA-256 in base64url' })
  code_challenge?: string;
}

/** What a page got, and what shows that it is the page that began. */
export class ExchangeCode {
  /** @example 'ssoc_3zK9vQm1XcT7bJf0NwR5yHs8LdUaGp2EoViB6xZkMtCq4S1mYb7e' */
  @IsString()
  @MaxLength(4096)
  code!: string;

  /**
   * What `code_challenge` was made from (RFC 7636, section 4.1).
   * @example 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
   */
  @Matches(/^[A-Za-z0-9._~-]{43,128}$/, { message: 'must be 43 to 128 unreserved characters' })
  @ApiProperty({ minLength: 43, maxLength: 128 })
  code_verifier!: string;
}
