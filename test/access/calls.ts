import { randomBytes, randomUUID } from 'node:crypto';
import type { Json } from '../harness/client.js';
import { SecretHasher } from '../../dist/src/platform/crypto/secret-hasher.js';
import { mintToken } from '../../dist/src/platform/crypto/token-format.js';
import { password, someAddress, type World } from '../harness/world.js';
import type { Actor } from './actors.js';
import type { Place } from './place.js';
import { totpCode } from './second-factors.js';

/** One call of a route: what stands behind its path parameters, its body and its own headers. */
export interface Call {
  readonly method: string;
  readonly path: string;
  /** A text is a form. */
  readonly body?: object | string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a target or a body is made from. The variant stands in brackets behind a route: `A`, `own`, `an owner`. */
interface Setting {
  readonly place: Place;
  readonly actor: Actor;
  readonly variant: string;
}

/** Fills in a route such as `DELETE /v1/projects/{id}`. Its target is a fresh one, so that each call may destroy it. */
export async function callOf(route: string, setting: Setting): Promise<Call> {
  const [method = '', template = ''] = route.split(' ');
  let path = template.startsWith('/v1/') ? template.slice(3) : `/${template}`;
  for (const [parameter, name] of template.matchAll(/\{(\w+)\}/g)) {
    const target =
      targets[`${template} {${name}}`] ??
      targets[`${template.slice(0, template.indexOf(parameter))}{${name}}`];
    if (!target) throw new Error(`nothing to put for ${parameter} of ${route}`);
    path = path.replace(parameter, await target(setting));
  }
  const body = await bodies[route]?.(setting);
  return {
    method,
    path: `${path}${queries[path]?.(setting) ?? ''}`,
    ...(body && { body }),
    headers: headersOf(route, setting),
  };
}

/** Routes that are limited by address: each call comes from one of its own. */
const publicRoutes =
  /(auth\/(login|register|refresh|password\/\w+|sso(\/\w+)?)|invitations\/accept)$/;

function headersOf(route: string, { place, variant }: Setting): Record<string, string> {
  if (route.includes(' /oauth/')) return { 'content-type': 'application/x-www-form-urlencoded' };
  if (publicRoutes.test(route)) return { 'x-forwarded-for': someAddress() };
  const named = /naming ([AB])/.exec(variant)?.[1];
  return named === undefined ? {} : { 'x-project-id': projectOf({ place, variant: named }) };
}

const queries: Readonly<Record<string, (setting: Setting) => string>> = {
  '/authorize': (setting) => `?product=${productOf(setting)}`,
  '/auth/sso': () => '?organization=no-such-organization',
};

function productOf({ variant }: Pick<Setting, 'variant'>): string {
  return variant.includes('incidents') ? 'incidents' : 'uptime';
}

function projectOf({ place, variant }: Pick<Setting, 'place' | 'variant'>): string {
  return variant.startsWith('B') ? place.projects.B : place.projects.A;
}

type Make<T> = (setting: Setting) => T | Promise<T>;

const clients = '/v1/service-accounts/{id}/clients';

const singleSignOn = '/v1/organizations/{id}/single-sign-on';

const targets: Readonly<Record<string, Make<string>>> = {
  [`${clients} {id}`]: keeperOf,
  [`${clients}/{client_id} {id}`]: keeperOf,
  [`${clients}/{client_id}/rotate {id}`]: keeperOf,
  [`${clients}/{client_id}`]: async (setting) => {
    const path = `/service-accounts/${await keeperOf(setting)}/clients`;
    const { world, owner } = setting.place;
    return (await world.created(path, { scope: 'api_keys:read' }, owner)).client_id;
  },
  [`${singleSignOn} {id}`]: connectedOrganization,
  [`${singleSignOn}/confirmed-domains {id}`]: connectedOrganization,
  '/v1/auth/sessions/{id}': sessionOf,
  '/v1/organizations/{id}': ({ place }) => place.organizationId,
  '/v1/projects/{id}': projectOf,
  '/v1/projects/{id}/members/{member_id}': memberOf,
  '/v1/members/{id}': async (setting) =>
    setting.variant === 'an owner'
      ? (await setting.place.world.human('owner', setting.place.organizationId)).id
      : memberOf(setting),
  '/v1/invitations/{id}': async ({ place }) => (await invitation(place)).id,
  '/v1/service-accounts/{id}': memberOf,
  '/v1/roles/{id}': ({ place }) => place.role('project', { uptime: 'read' }),
  '/v1/products/{slug}': async ({ place: { world } }) => {
    const slug = `p${randomUUID().slice(0, 8)}`;
    return (await world.created('/products', { slug, name: 'P' }, world.platform)).slug;
  },
  '/v1/api-keys/{id}': keyOf,
  '/v1/audit-events/{id}': ({ place, variant }) =>
    place.keep(`event ${variant}`, () => eventOf({ place, variant })),
};

function memberOf({ place, variant }: Setting): Promise<string> {
  return place.bot('member', 'viewer', variant.startsWith('B') ? 'B' : 'A');
}

/** A service account with clients that are narrow: whoever may rotate keys may rotate these. */
function keeperOf({ place }: Setting): Promise<string> {
  return place.keep('client keeper', () => place.bot('admin', 'viewer'));
}

/** The organization, with an identity provider. */
function connectedOrganization({ place }: Setting): Promise<string> {
  return place.keep('identity provider', async () => {
    const path = `/organizations/${place.organizationId}/single-sign-on`;
    const { status, text } = await place.owner.put(path, await connection(place));
    if (status !== 200) throw new Error(`PUT ${path}: ${status} ${text}`);
    return place.organizationId;
  });
}

/** A provider, and a role for who is new that a key which names it holds. */
async function connection(place: Place) {
  const role = () => place.role('organization', { organization: 'read' });
  return {
    issuer: 'https://login.example.com',
    client_id: 'latchkey',
    client_secret: 'a secret of the provider',
    domains: ['acme.example'],
    default_role: await place.keep('newcomer', role),
  };
}

/** A session of the caller, where it is a person. */
async function sessionOf({ place: { world }, actor }: Setting): Promise<string> {
  const [row] = await world.server.sql<{ email: string }>(
    'SELECT u.email FROM member m JOIN user_account u ON u.id = m.user_id WHERE m.id = $1',
    [actor.memberId],
  );
  if (!row) return randomUUID();
  return (await (await world.session(row.email)).get('/users/me')).body.credential.id;
}

/** A key of somebody who may do everything, itself narrow: whoever may rotate keys may rotate this one. */
async function keyOf({ place, actor, variant }: Setting): Promise<string> {
  const { world } = place;
  const project_id = projectOf({ place, variant });
  if (variant === 'own' && actor.isOperator)
    return (await world.created('/api-keys', { name: 'Key' }, world.platform)).id;
  if (variant === 'own')
    return (await place.key(actor.memberId ?? place.ownerId, { project_id })).id;
  const keeper = await place.keep('keeper', () => place.bot('admin'));
  const reach = variant === "organization's" ? {} : { project_id };
  return (await place.key(keeper, { ...reach, product_scopes: { api_keys: 'read' } })).id;
}

/** The event of a change in the project. */
async function eventOf({ place, variant }: Pick<Setting, 'place' | 'variant'>): Promise<string> {
  const id = projectOf({ place, variant });
  await place.owner.patch(`/projects/${id}`, { name: randomBytes(4).toString('hex') });
  const { body } = await place.owner.get(`/audit-events?project_id=${id}&action=project.updated`);
  return body.data[0].id;
}

/** A new invitation of a person who is not known. */
function invitation(place: Place): Promise<Json> {
  return place.created('/invitations', { email: `${randomUUID()}@example.com`, role: 'member' });
}

/** A token as it is sent to somebody who has forgotten their password. */
async function resetToken({ server }: World, { email }: { email: string }): Promise<string> {
  const token = mintToken('rst');
  const { hash, pepperId } = new SecretHasher(server.config.keyPeppers).store(token);
  await server.sql(
    `INSERT INTO password_reset (id, user_id, hash, pepper_id, expires_at)
     SELECT $1, id, $2, $3, now() + interval '1 hour' FROM user_account WHERE email = $4`,
    [randomUUID(), hash, pepperId, email],
  );
  return token;
}

/** What a platform key may ask of any text. */
const question = { token: 'x', product: 'uptime', access: 'read' };

const bodies: Readonly<Record<string, Make<object | string>>> = {
  'POST /oauth/token': () => 'grant_type=client_credentials',
  'POST /oauth/introspect': () => 'token=x',
  'POST /oauth/revoke': () => 'token=x',
  [`POST ${clients}`]: () => ({ scope: 'api_keys:read' }),
  [`PATCH ${clients}/{client_id}`]: () => ({ name: 'Renamed' }),
  [`POST ${clients}/{client_id}/rotate`]: () => ({}),
  [`PUT ${singleSignOn}`]: ({ place }) => connection(place),
  [`PUT ${singleSignOn}/confirmed-domains`]: () => ({ domains: ['acme.example'] }),
  'POST /v1/auth/sso/token': () => ({ code: mintToken('ssoc'), code_verifier: 'v'.repeat(43) }),
  'POST /v1/auth/login': async ({ place: { world, organizationId } }) => {
    const { email } = await world.human('member', organizationId);
    return { email, password };
  },
  'POST /v1/auth/totp': async (setting) => {
    await totpCode(setting.place.world, setting.actor.memberId, false);
    return { current_password: password };
  },
  'POST /v1/auth/totp/confirm': ({ place, actor }) => totpCode(place.world, actor.memberId, false),
  'POST /v1/auth/totp/recovery-codes': ({ place, actor }) =>
    totpCode(place.world, actor.memberId, true),
  'POST /v1/auth/totp/disable': ({ place, actor }) => totpCode(place.world, actor.memberId, true),
  'POST /v1/auth/totp/reset': async (setting) => {
    const { world, organizationId } = setting.place;
    const { id, email } = await world.human('member', organizationId);
    await totpCode(setting.place.world, id, true);
    return { email };
  },
  'POST /v1/auth/register': () => ({
    email: `${randomUUID()}@example.com`,
    password,
    name: 'New',
    organization_name: 'New',
  }),
  'POST /v1/auth/refresh': async ({ place: { world, organizationId } }) => {
    const { email } = await world.human('member', organizationId);
    const { refresh_token } = await world.signIn(email);
    return { refresh_token };
  },
  // Who holds such a token needs no credential besides.
  'POST /v1/auth/password/reset': async ({ place: { world, organizationId } }) => ({
    token: await resetToken(world, await world.human('member', organizationId)),
    new_password: password,
  }),
  'POST /v1/auth/password/forgot': () => ({ email: `${randomUUID()}@example.com` }),
  'POST /v1/auth/password': () => ({ current_password: password, new_password: password }),
  'POST /v1/auth/switch': ({ place }) => ({ organization_id: place.organizationId }),
  'POST /v1/organizations': ({ actor }) => ({
    name: 'New',
    ...(actor.isOperator && { owner_email: `${randomUUID()}@example.com` }),
  }),
  'PATCH /v1/organizations/{id}': () => ({ name: 'Renamed' }),
  'POST /v1/projects': () => ({ name: 'New' }),
  'PATCH /v1/projects/{id}': () => ({ name: 'Renamed' }),
  'PUT /v1/projects/{id}/members/{member_id}': async ({ place }) => ({
    role: await place.keep('reader', () => place.role('project', { members: 'read' })),
  }),
  'POST /v1/invitations': async ({ place, variant }) => ({
    email: `${randomUUID()}@example.com`,
    role:
      variant === 'as owner'
        ? 'owner'
        : await place.keep('guest', () => place.role('organization', { members: 'read' })),
  }),
  'POST /v1/invitations/accept': async ({ place }) => ({
    token: (await invitation(place)).token,
    name: 'New',
    password,
  }),
  'PATCH /v1/members/{id}': () => ({ name: 'Renamed' }),
  'POST /v1/service-accounts': async ({ place, variant }) => ({
    name: 'New',
    role:
      variant === 'as owner'
        ? 'owner'
        : await place.keep('guest', () => place.role('organization', { members: 'read' })),
  }),
  'PATCH /v1/service-accounts/{id}': () => ({ name: 'Renamed' }),
  'POST /v1/roles': () => ({
    name: randomUUID(),
    level: 'organization',
    permissions: { members: 'read' },
  }),
  'PATCH /v1/roles/{id}': () => ({ name: randomUUID() }),
  'POST /v1/products': () => ({ slug: `n${randomUUID().slice(0, 8)}`, name: 'New' }),
  'PATCH /v1/products/{slug}': () => ({ name: 'Renamed' }),
  'POST /v1/api-keys': ({ place, variant }) => ({
    name: 'New',
    ...(variant !== '' && { project_id: projectOf({ place, variant }) }),
  }),
  'POST /v1/keys/verify': () => question,
  'POST /v1/keys/verify/batch': () => ({ checks: [question] }),
  'POST /v1/decisions/explain': async (setting) => ({
    credential_id: await keyOf(setting),
    product: 'api_keys',
    access: 'read',
  }),
  'PATCH /v1/api-keys/{id}': () => ({ name: 'Renamed' }),
  'POST /v1/api-keys/{id}/rotate': () => ({}),
};
