import type { Client } from '../harness/client.js';
import type { AccessMap, Place } from './place.js';

/** Who makes a call. */
export interface Actor {
  readonly client: Client;
  /** The member behind the credential; null for a platform key and for nobody. */
  readonly memberId: string | null;
  readonly isOperator?: boolean;
}

export type Recipe = (place: Place) => Promise<Actor>;

/** A custom organization role: reads about people, keys and events, works with one product. */
const auditor: AccessMap = {
  members: 'read',
  api_keys: 'read',
  audit: 'read',
  uptime: 'read_write',
};

/** A custom project role, which also names what no project role can reach: the organization. */
const clerk: AccessMap = {
  organization: 'read_write',
  projects: 'read',
  members: 'read_write',
  api_keys: 'read',
  audit: 'read',
  uptime: 'read',
};

/** Credentials that reach the organization, by the column that they have in the table. */
export const organizationActors = {
  'own.s': (place) => session(place, 'owner'),
  'adm.s': (place) => session(place, 'admin'),
  'mem.s': (place) => session(place, 'member'),
  'own.k': (place) => humansKey(place, 'owner'),
  'adm.k': (place) => humansKey(place, 'admin'),
  'mem.k': (place) => humansKey(place, 'member'),
  'adm.b': async (place) => key(place, await place.bot('admin')),
  'mem.b': async (place) => key(place, await place.bot('member')),
  'cus.b': async (place) => key(place, await place.bot(await place.role('organization', auditor))),
  plat: platformKey,
  none: async ({ world }) => ({ client: world.client(null), memberId: null }),
} satisfies Record<string, Recipe>;

/** Credentials of members that hold a role in project A, and the owner's key scoped to it. */
export const projectActors = {
  'own.k': (place) => projectKey(place, place.ownerId),
  'adm.k': async (place) => projectKey(place, await place.bot('member', 'admin')),
  'edi.k': async (place) => projectKey(place, await place.bot('member', 'editor')),
  'vie.k': async (place) => projectKey(place, await place.bot('member', 'viewer')),
  'cus.k': async (place) =>
    projectKey(place, await place.bot('member', await place.role('project', clerk))),
  'adm.h': (place) => selectingSession(place, 'admin'),
  'edi.h': (place) => selectingSession(place, 'editor'),
  'vie.h': (place) => selectingSession(place, 'viewer'),
  'cus.h': async (place) => selectingSession(place, await place.role('project', clerk)),
  'adm.s': (place) => session(place, 'member', 'admin'),
  'edi.s': (place) => session(place, 'member', 'editor'),
  'vie.s': (place) => session(place, 'member', 'viewer'),
  'cus.s': async (place) => session(place, 'member', await place.role('project', clerk)),
} satisfies Record<string, Recipe>;

/** A key of the owner with one product in its scopes. */
export function scopedKey(
  place: Place,
  scope: 'organization' | 'project',
  product_scopes: AccessMap,
): Promise<Actor> {
  const project = scope === 'project' && { project_id: place.projects.A };
  return key(place, place.ownerId, { ...project, product_scopes });
}

async function session(place: Place, role: string, projectRole: string | null = null) {
  const { id, client } = await place.human(role, projectRole);
  return { client, memberId: id };
}

async function selectingSession(place: Place, projectRole: string): Promise<Actor> {
  const { client, memberId } = await session(place, 'member', projectRole);
  return { client: client.with({ 'x-project-id': place.projects.A }), memberId };
}

async function humansKey(place: Place, role: string): Promise<Actor> {
  const { id } = await place.world.human(role, place.organizationId);
  return key(place, id);
}

function projectKey(place: Place, ownerId: string): Promise<Actor> {
  return key(place, ownerId, { project_id: place.projects.A });
}

async function key(place: Place, ownerId: string, input: object = {}): Promise<Actor> {
  const { secret } = await place.key(ownerId, input);
  return { client: place.world.client(secret), memberId: ownerId };
}

async function platformKey({ world }: Place): Promise<Actor> {
  const { secret } = await world.created('/api-keys', { name: 'Operator' }, world.platform);
  return { client: world.client(secret), memberId: null, isOperator: true };
}
