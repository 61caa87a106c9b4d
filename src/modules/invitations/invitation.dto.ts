import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsObject,
  IsString,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { ShownOnce } from '../../platform/http/shown-once.js';
import { IsName, MayBeLeftOut, Timestamp } from '../../platform/http/validation.js';
import { ProjectRole } from '../members/index.js';
import { IsEmailAddress } from '../users/index.js';
import type { Invitation } from './invitation.entity.js';

/** Whom to invite, and as what. */
export class CreateInvitation {
  /** @example 'ada@example.com' */
  @IsEmailAddress()
  email!: string;

  /**
   * The role in the organization: a built-in one, or the name or id of one of the organization's own.
   * @example 'member'
   */
  @IsString()
  @MaxLength(100)
  role!: string;

  /** The roles in projects. */
  @MayBeLeftOut()
  @IsArray()
  @ArrayMaxSize(100)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => ProjectRole)
  projects?: ProjectRole[];
}

/** The invitation's token, and who accepts it. */
export class AcceptInvitation {
  /** @example 'inv_3zK9vQm1XcT7bJf0NwR5yHs8LdUaGp2EoViB6xZkMtCq4S1mYb7e' */
  @IsString()
  @MaxLength(4096)
  token!: string;

  /**
   * Required of a person who is new here.
   * @example 'Ada'
   */
  @MayBeLeftOut()
  @IsName()
  name?: string;

  /**
   * The new password of a person who is new here: 12 to 128 characters, none of the common ones. The present one of a
   * person who is known, unless the call is made with a session of theirs.
   * @example 'nine llamas waltz at dusk'
   */
  @MayBeLeftOut()
  @IsString()
  @MaxLength(128)
  password?: string;
}

export const invitationStatuses = ['pending', 'accepted', 'revoked', 'expired'] as const;
export type InvitationStatus = (typeof invitationStatuses)[number];

/** The offer to whoever has an e-mail address to become a member. */
export class InvitationView {
  /** @example '0190a5c4-7b1e-7c3a-9f52-2f6d3c1b8e47' */
  id!: string;

  /** @example 'ada@example.com' */
  email!: string;

  /**
   * The role in the organization.
   * @example 'member'
   */
  role!: string;

  projects!: ProjectRole[];

  @ApiProperty({ enum: invitationStatuses })
  status!: InvitationStatus;

  @Timestamp()
  expires_at!: string;

  @Timestamp()
  created_at!: string;

  /** @param roleNames what roles are called, by id */
  static of(invitation: Invitation, roleNames: ReadonlyMap<string, string>): InvitationView {
    const { id, email, roleId, projects, createdAt, expiresAt } = invitation;
    const nameOf = (role: string) => roleNames.get(role) ?? role;
    return {
      id,
      email,
      role: nameOf(roleId),
      projects: projects.map(({ project_id, role_id }) => ({ project_id, role: nameOf(role_id) })),
      status: statusOf(invitation),
      expires_at: expiresAt.toISOString(),
      created_at: createdAt.toISOString(),
    };
  }
}

/** A new invitation. Where no mail is sent, with the link that its maker hands on. */
export class NewInvitationView extends InvitationView {
  /**
   * Only where the server sends no mail. Null in the answer to a repeated request.
   * @example 'inv_3zK9vQm1XcT7bJf0NwR5yHs8LdUaGp2EoViB6xZkMtCq4S1mYb7e'
   */
  @ShownOnce()
  @ApiPropertyOptional({ nullable: true })
  token?: string | null;

  /**
   * Only where the server sends no mail. Null in the answer to a repeated request.
   * @example 'https://auth.example.com/accept-invitation#token=inv_3zK9vQm1XcT7bJf0NwR5yHs8LdUaGp2EoViB6xZkMtCq4S1mYb7e'
   */
  @ShownOnce()
  @ApiPropertyOptional({ nullable: true })
  url?: string | null;
}

function statusOf({ acceptedAt, revokedAt, expiresAt }: Invitation): InvitationStatus {
  if (acceptedAt) return 'accepted';
  if (revokedAt) return 'revoked';
  return expiresAt.getTime() <= Date.now() ? 'expired' : 'pending';
}
