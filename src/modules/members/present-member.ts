import type { MemberView } from './member.dto.js';
import type { MemberRow } from './members.repository.js';

/**
 * The member as clients see it.
 *
 * @param roleNames what roles are called, by id
 * @param shown only roles in these projects
 */
export function presentMember(
  row: MemberRow,
  roleNames: ReadonlyMap<string, string>,
  shown: readonly string[] | null = null,
): MemberView {
  const nameOf = (roleId: string) => roleNames.get(roleId) ?? roleId;
  const { id, type, name, email, role_id, status, created_at, projects } = row;
  return {
    id,
    type,
    name,
    ...(email !== null && { email }),
    role: nameOf(role_id),
    status,
    projects: projects
      .filter((held) => shown === null || shown.includes(held.project_id))
      .map((held) => ({ project_id: held.project_id, role: nameOf(held.role_id) })),
    created_at: created_at.toISOString(),
  };
}
