import { Injectable } from '@nestjs/common';
import { ownerRole, type Grant, type MemberType } from '../../access/index.js';
import { Database } from '../../platform/database/database.js';
import type { Slice } from '../../platform/http/pages.js';
import { Member } from './member.entity.js';
import { ProjectMember } from './project-member.entity.js';

/** A member as the repository selects it. */
export interface MemberRow {
  readonly id: string;
  readonly type: MemberType;
  readonly name: string;
  readonly email: string | null;
  readonly role_id: string;
  readonly status: 'active' | 'deactivated';
  readonly created_at: Date;
  readonly projects: readonly { readonly project_id: string; readonly role_id: string }[];
}

/** What is seen of an organization's members. */
export type Sight = Pick<Grant, 'organizationId' | 'projectId' | 'projects'>;

/** Somebody's place in an organization. */
export interface Membership {
  readonly id: string;
  readonly name: string;
  readonly organization_id: string;
}

const select = `
  SELECT m.id, m.type, m.name, u.email, m.role_id, m.created_at,
    CASE WHEN u.status = 'deactivated' THEN u.status ELSE m.status END AS status,
    coalesce((SELECT json_agg(json_build_object('project_id', p.project_id, 'role_id', p.role_id)
        ORDER BY p.project_id)
      FROM project_member p WHERE p.member_id = m.id AND ($1::uuid[] IS NULL OR p.project_id = ANY($1))),
      '[]') AS projects
  FROM member m
  LEFT JOIN user_account u ON u.id = m.user_id
  WHERE m.deleted_at IS NULL AND m.organization_id = $2
    AND ($3::uuid IS NULL OR EXISTS (
      SELECT 1 FROM project_member p WHERE p.member_id = m.id AND p.project_id = $3))`;

/** Members, each seen by its own organization only and there by whom the grant reaches. */
@Injectable()
export class MembersRepository {
  constructor(private readonly database: Database) {}

  /** Members that the grant reaches: those of the selected project, if one is. */
  list(grant: Grant, type: MemberType | null, { after, count }: Slice): Promise<MemberRow[]> {
    return this.database.rows<MemberRow>(
      `${select} AND ($4::text IS NULL OR m.type = $4) AND ($5::uuid IS NULL OR m.id < $5)
       ORDER BY m.id DESC LIMIT $6`,
      [...scopeOf(grant), type, after, count],
    );
  }

  async find(grant: Sight, id: string): Promise<MemberRow | null> {
    const [row] = await this.database.rows<MemberRow>(`${select} AND m.id = $4`, [
      ...scopeOf(grant),
      id,
    ]);
    return row ?? null;
  }

  /** A member of the organization, whichever project is selected. */
  async findAnywhere({ organizationId }: Grant, id: string): Promise<MemberRow | null> {
    const [row] = await this.database.rows<MemberRow>(`${select} AND m.id = $4`, [
      null,
      organizationId,
      null,
      id,
    ]);
    return row ?? null;
  }

  async insert(member: Omit<Member, 'createdAt' | 'deletedAt' | 'status'>): Promise<void> {
    await this.database.of(Member).insert(member);
  }

  async update(
    { organizationId }: Grant,
    id: string,
    values: Pick<Member, 'name' | 'roleId' | 'status'>,
  ): Promise<void> {
    await this.database.of(Member).update({ organizationId, id }, values);
  }

  /** Marks a member as deleted and takes its roles in projects away. */
  async delete({ organizationId }: Grant, id: string): Promise<void> {
    await this.database.of(Member).softDelete({ organizationId, id });
    await this.database.of(ProjectMember).delete({ organizationId, memberId: id });
  }

  /** Tells whether an active human other than this one is an owner of the organization. */
  async hasOtherOwner({ organizationId }: Grant, id: string): Promise<boolean> {
    const rows = await this.database.rows(
      `SELECT 1 FROM member m JOIN user_account u ON u.id = m.user_id
       WHERE m.organization_id = $1 AND m.id <> $2 AND m.role_id = $3 AND m.deleted_at IS NULL
         AND m.status = 'active' AND u.status = 'active'
       LIMIT 1`,
      [organizationId, id, ownerRole.id],
    );
    return rows.length > 0;
  }

  /** Gives a member a role in a project, in place of the one that it has there. */
  async setProjectRole(
    { organizationId }: Pick<Grant, 'organizationId'>,
    projectId: string,
    memberId: string,
    roleId: string,
  ): Promise<void> {
    await this.database
      .of(ProjectMember)
      .upsert({ organizationId, projectId, memberId, roleId }, ['projectId', 'memberId']);
  }

  async removeProjectRole(
    { organizationId }: Grant,
    projectId: string,
    memberId: string,
  ): Promise<void> {
    await this.database.of(ProjectMember).delete({ organizationId, projectId, memberId });
  }

  /** Tells whether the organization has a human with this e-mail address. */
  async hasHuman(organizationId: string, emailKey: string): Promise<boolean> {
    const rows = await this.database.rows(
      `SELECT 1 FROM member m JOIN user_account u ON u.id = m.user_id
       WHERE m.organization_id = $1 AND u.email_key = $2 AND m.deleted_at IS NULL`,
      [organizationId, emailKey],
    );
    return rows.length > 0;
  }

  /** The oldest membership of a user, active ones first, or that in the organization of this id or slug. */
  async findMembership(userId: string, organization: string | null): Promise<Membership | null> {
    const [row] = await this.database.rows<Membership>(
      `SELECT m.id, m.name, m.organization_id FROM member m
       JOIN organization o ON o.id = m.organization_id AND o.deleted_at IS NULL
       WHERE m.user_id = $1 AND m.deleted_at IS NULL AND ($2::text IS NULL OR $2 IN (o.id::text, o.slug))
       ORDER BY m.status, m.id LIMIT 1`,
      [userId, organization],
    );
    return row ?? null;
  }
}

/** Which projects' roles are shown, whose members, and of which project. */
function scopeOf({ organizationId, projectId, projects }: Sight): unknown[] {
  return [projects === 'all' ? null : projects, organizationId, projectId];
}
