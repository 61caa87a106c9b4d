import {
  anyOperatorProduct,
  builtInProducts,
  isBuiltIn,
  platformProduct,
  type Access,
  type AccessMap,
} from './catalogue.js';

export const roleLevels = ['organization', 'project'] as const;
export type RoleLevel = (typeof roleLevels)[number];

/** A named map of product to access, held in an organization or in one project of it. */
export interface Role {
  readonly id: string;
  readonly name: string;
  readonly level: RoleLevel;
  readonly permissions: AccessMap;
  /**
   * Whether an organization role holds in every project. The built-in `member` does not: it has access
   * only to the projects where it also holds a project role.
   */
  readonly everyProject: boolean;
}

/** Ids of built-in roles are the same in every installation. */
const builtInId = (number: number): string => `00000000-0000-7000-8000-0000000001${number}0`;

const everything: AccessMap = {
  ...Object.fromEntries(builtInProducts.map((product) => [product, 'read_write' as const])),
  [anyOperatorProduct]: 'read_write',
};

export const ownerRole: Role = {
  id: builtInId(1),
  name: 'owner',
  level: 'organization',
  permissions: everything,
  everyProject: true,
};

export const adminRole: Role = { ...ownerRole, id: builtInId(2), name: 'admin' };

export const memberRole: Role = {
  id: builtInId(3),
  name: 'member',
  level: 'organization',
  permissions: { organization: 'read', projects: 'read', members: 'read' },
  everyProject: false,
};

export const projectAdminRole: Role = {
  id: builtInId(4),
  name: 'admin',
  level: 'project',
  permissions: {
    projects: 'read_write',
    api_keys: 'read_write',
    members: 'read_write',
    audit: 'read',
    [anyOperatorProduct]: 'read_write',
  },
  everyProject: false,
};

export const projectEditorRole: Role = {
  id: builtInId(5),
  name: 'editor',
  level: 'project',
  permissions: { projects: 'read', [anyOperatorProduct]: 'read_write' },
  everyProject: false,
};

export const projectViewerRole: Role = {
  id: builtInId(6),
  name: 'viewer',
  level: 'project',
  permissions: { projects: 'read', [anyOperatorProduct]: 'read' },
  everyProject: false,
};

/** Every built-in role, organization level first. */
export const builtInRoles: readonly Role[] = [
  ownerRole,
  adminRole,
  memberRole,
  projectAdminRole,
  projectEditorRole,
  projectViewerRole,
];

/** What a platform key holds. It belongs to the operator and to no organization. */
export const platformPermissions: AccessMap = {
  [platformProduct]: 'read_write',
  organization: 'read_write',
  api_keys: 'read_write',
  audit: 'read_write',
};

/** The access that a map of permissions gives to a product. */
export function permitted(permissions: AccessMap, product: string): Access {
  const operators = !isBuiltIn(product) && product !== platformProduct;
  return (
    permissions[product] ?? (operators ? permissions[anyOperatorProduct] : undefined) ?? 'none'
  );
}

/** A role that an organization made for itself. */
export function customRole(
  id: string,
  name: string,
  level: RoleLevel,
  permissions: AccessMap,
): Role {
  return { id, name, level, permissions, everyProject: level === 'organization' };
}

/** The built-in role with an id, if it is one. */
export function findBuiltInRole(id: string): Role | undefined {
  return builtInRoles.find((role) => role.id === id);
}
