import type {
  Credential,
  CredentialSource,
  CredentialState,
  Owner,
  ProjectName,
  Tenant,
} from '../credential-state.js';
import { builtInRoles, type Role } from '../roles.js';
import { lengthened, shortened } from './short-json.js';
import type { Stamped } from './stamp.js';

/** A state, where it stands, and until when its token leads there. */
export interface PlacedState extends Stamped<CredentialState> {
  readonly source: CredentialSource;
  readonly validUntil: number | null;
}

/**
 * A state as one text, which takes a quarter of the memory of its objects, or half where names have letters of more than
 * one byte: JSON without names, in which bytes stand for ids and hashes.
 */
export function packedState({ source, validUntil, stamp, value }: PlacedState): string {
  const { credential, owner, tenant, readAt } = value;
  const packed: PackedState = [
    source.type === 'secret' ? source.name : source,
    validUntil,
    stamp.organization,
    stamp.platform,
    readAt,
    packedCredential(credential),
    owner && packedOwner(owner),
    tenant && packedTenant(tenant),
  ];
  return shortened(JSON.stringify(packed));
}

/** What {@link packedState} was made of. */
export function unpackedState(text: string): PlacedState {
  const packed = JSON.parse(lengthened(text)) as PackedState;
  const [source, validUntil, organization, platform, readAt, credential, owner, tenant] = packed;
  return {
    source: typeof source === 'string' ? { type: 'secret', name: source } : source,
    validUntil,
    stamp: { organization, platform },
    value: {
      credential: unpackedCredential(credential),
      owner: owner && unpackedOwner(owner),
      tenant: tenant && unpackedTenant(tenant),
      readAt,
    },
  };
}

type PackedState = [
  source: string | CredentialSource,
  validUntil: number | null,
  organization: number,
  platform: number,
  readAt: number,
  credential: ReturnType<typeof packedCredential>,
  owner: ReturnType<typeof packedOwner> | null,
  tenant: ReturnType<typeof packedTenant> | null,
];

/** Of a built-in role its place among them, which says everything. */
type PackedRole = number | Role;

function packedCredential(credential: Credential) {
  const { type, id, prefix, name, scope, project, productScopes, allowedIps } = credential;
  const { isActive, revoked, expiresAt, notBefore, tokenId, secondFactor, connectionId } =
    credential;
  return [
    type,
    id,
    prefix,
    name,
    scope,
    project && ([project.id, project.slug] as const),
    Number(isActive),
    Number(revoked),
    productScopes,
    allowedIps,
    expiresAt && expiresAt.getTime(),
    notBefore && notBefore.getTime(),
    tokenId ?? null,
    secondFactor ?? null,
    connectionId ?? null,
  ] as const;
}

function unpackedCredential(packed: ReturnType<typeof packedCredential>): Credential {
  const [type, id, prefix, name, scope, project, isActive, revoked, ...mostlyNull] = packed;
  const [productScopes, allowedIps, expiresAt, notBefore, ...ofSomeTypes] = mostlyNull;
  const [tokenId, secondFactor, connectionId] = ofSomeTypes;
  return {
    type,
    id,
    prefix,
    name,
    scope,
    project: project && unpackedProject(project),
    productScopes,
    allowedIps,
    isActive: isActive === 1,
    revoked: revoked === 1,
    expiresAt: unpackedTime(expiresAt),
    notBefore: unpackedTime(notBefore),
    ...(tokenId !== null && { tokenId }),
    ...(secondFactor && { secondFactor }),
    ...(connectionId !== null && { connectionId }),
  };
}

function unpackedProject([id, slug]: readonly [string, string]): ProjectName {
  return { id, slug };
}

function unpackedTime(milliseconds: number | null): Date | null {
  return milliseconds === null ? null : new Date(milliseconds);
}

function packedOwner(owner: Owner) {
  const { memberId, userId, type, name, email, active, status, role, projectRoles } = owner;
  return [
    memberId,
    userId,
    type,
    name,
    email,
    Number(active),
    status,
    packedRole(role),
    [...projectRoles].map(([projectId, held]) => [projectId, packedRole(held)] as const),
  ] as const;
}

function unpackedOwner(packed: ReturnType<typeof packedOwner>): Owner {
  const [memberId, userId, type, name, email, active, status, role, projectRoles] = packed;
  return {
    memberId,
    userId,
    type,
    name,
    email,
    status,
    active: active === 1,
    role: unpackedRole(role),
    projectRoles: new Map(projectRoles.map(([projectId, held]) => [projectId, unpackedRole(held)])),
  };
}

function packedRole(role: Role): PackedRole {
  const place = builtInRoles.indexOf(role);
  return place === -1 ? role : place;
}

function unpackedRole(packed: PackedRole): Role {
  const role = typeof packed === 'number' ? builtInRoles[packed] : packed;
  if (!role) throw new Error('there is no such role');
  return role;
}

function packedTenant(tenant: Tenant) {
  const { id, suspended, allowedIps, requiresSecondFactor, rateLimitPerMinute } = tenant;
  return [
    id,
    Number(suspended),
    allowedIps,
    Number(requiresSecondFactor),
    rateLimitPerMinute,
  ] as const;
}

function unpackedTenant(packed: ReturnType<typeof packedTenant>): Tenant {
  const [id, suspended, allowedIps, requiresSecondFactor, rateLimitPerMinute] = packed;
  return {
    id,
    suspended: suspended === 1,
    allowedIps,
    requiresSecondFactor: requiresSecondFactor === 1,
    rateLimitPerMinute,
  };
}
