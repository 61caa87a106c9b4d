import { ApiProperty } from '@nestjs/swagger';
import { IsString, IsUUID, MaxLength } from 'class-validator';
import { ShownOnce } from '../../platform/http/shown-once.js';
import { Timestamp } from '../../platform/http/validation.js';
import type { SessionRow } from './sessions.repository.js';

/** What keeps a session up. */
export class Refresh {
  /** @example 'rt_3zK9vQm1XcT7bJf0NwR5yHs8LdUaGp2EoViB6xZkMtCq4S1mYb7e' */
  @IsString()
  @MaxLength(4096)
  refresh_token!: string;
}

/** Where to go on. */
export class Switch {
  /**
   * An organization that you are a member of.
   * @example '0190a5c4-7b1e-7c3a-9f52-2f6d3c1b8e47'
   */
  @IsUUID()
  organization_id!: string;
}

/** A session's access token, to be sent as a bearer token, and the token that keeps the session up. */
export class SessionTokens {
  /**
   * A signed token. It is never enough by itself: the session behind it is looked up at every call. Null in the answer to
   * a repeated request.
   */
  @ShownOnce()
  @ApiProperty({ nullable: true, example: 'eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9…' })
  access_token!: string | null;

  @ApiProperty({ enum: ['bearer'] })
  token_type!: string;

  /** Seconds until the access token is refused. */
  @ApiProperty({ type: 'integer', example: 900 })
  expires_in!: number;

  /**
   * Good for one exchange at `POST /v1/auth/refresh`, within 7 days. Null in the answer to a repeated request.
   * @example 'rt_3zK9vQm1XcT7bJf0NwR5yHs8LdUaGp2EoViB6xZkMtCq4S1mYb7e'
   */
  @ShownOnce()
  refresh_token!: string | null;
}

/** The organization that a session is in. */
export class SessionOrganization {
  /** @example '0190a5c4-7b1e-7c3a-9f52-2f6d3c1b8e47' */
  id!: string;

  /** @example 'acme' */
  slug!: string;

  /** @example 'Acme' */
  name!: string;
}

/** Where you are signed in. */
export class SessionView {
  /** @example '0190a5c4-7b1e-7c3a-9f52-2f6d3c1b8e47' */
  id!: string;

  /** Whether it is the session that makes this call. */
  current!: boolean;

  organization!: SessionOrganization;

  /**
   * The address that it was begun from.
   * @example '192.0.2.1'
   */
  ip!: string | null;

  /**
   * What the client calls itself.
   * @example 'Mozilla/5.0'
   */
  user_agent!: string | null;

  @Timestamp()
  created_at!: string;

  /** When its tokens were last renewed. */
  @Timestamp()
  refreshed_at!: string;

  /** When it is over, however often it is refreshed. */
  @Timestamp()
  expires_at!: string;

  static of(row: SessionRow, currentId: string): SessionView {
    return {
      id: row.id,
      current: row.id === currentId,
      organization: {
        id: row.organization_id,
        slug: row.organization_slug,
        name: row.organization_name,
      },
      ip: row.ip,
      user_agent: row.user_agent,
      created_at: row.created_at.toISOString(),
      refreshed_at: row.refreshed_at.toISOString(),
      expires_at: row.expires_at.toISOString(),
    };
  }
}
