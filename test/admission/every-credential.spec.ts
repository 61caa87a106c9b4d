import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client, outcome } from '../harness/client.js';
import { clientOf } from '../harness/oauth-client.js';
import { password, World } from '../harness/world.js';

let world: World;
let sibling: { readonly url: string };
beforeAll(async () => {
  world = await World.start({ trustedProxies: ['127.0.0.1'] });
  sibling = await world.server.sibling();
});
afterAll(() => world.close());

type Place = Pick<Awaited<ReturnType<World['otherOrganization']>>, 'id' | 'owner'>;

/** A credential, and what stands behind it. */
interface Subject {
  readonly token: string;
  readonly place: Place;
  readonly memberId: string;
  /** The custom role that its member has. */
  readonly roleId: string;
  /** Where the credential itself is managed: a key, or a client. */
  readonly path?: string;
  /** Of a person. */
  readonly email?: string;
}

type Holder = Omit<Subject, 'token' | 'path'>;

/** Somebody whose custom role lets them read the audit log. */
async function holder(type: 'human' | 'service_account', place: Place): Promise<Holder> {
  const permissions = { audit: 'read', members: 'read' };
  const role = { name: `Auditor ${randomUUID()}`, level: 'organization', permissions };
  const { id: roleId } = await world.created('/roles', role, place.owner);
  if (type === 'human') {
    const { id: memberId, email } = await world.human('member', place.id);
    await place.owner.patch(`/members/${memberId}`, { role: roleId });
    return { place, memberId, email, roleId };
  }
  const bot = { name: 'Bot', role: roleId };
  const { id: memberId } = await world.created('/service-accounts', bot, place.owner);
  return { place, memberId, roleId };
}

async function key(place: Place): Promise<Subject> {
  const person = await holder('human', place);
  const input = { name: 'Key', owner_id: person.memberId };
  const { id, secret } = await world.created('/api-keys', input, person.place.owner);
  return { ...person, token: secret, path: `/api-keys/${id}` };
}

async function session(place: Place): Promise<Subject> {
  const person = await holder('human', place);
  return { ...person, token: (await world.signIn(person.email ?? '')).access_token };
}

async function oauthToken(place: Place): Promise<Subject> {
  const bot = await holder('service_account', place);
  const client = await clientOf(world, bot.memberId, {}, bot.place.owner);
  return { ...bot, token: await client.token(), path: client.path };
}

type Change = (subject: Subject) => Promise<unknown>;

const member = ({ memberId }: Subject) => `/members/${memberId}`;
const organization = ({ place }: Subject) => `/organizations/${place.id}`;

/** What happens, and what the very next call gets. */
type Row = [change: string, wanted: string, Change];

/** What may happen to the member behind any credential. */
const ofMember: Row[] = [
  [
    'its member is demoted',
    '403 insufficient_permissions',
    (subject) => subject.place.owner.patch(member(subject), { role: 'member' }),
  ],
  [
    'its member’s role is narrowed',
    '403 insufficient_permissions',
    ({ place, roleId }) => place.owner.patch(`/roles/${roleId}`, { permissions: {} }),
  ],
  [
    'its member is deactivated',
    '403 account_deactivated',
    (subject) => subject.place.owner.patch(member(subject), { status: 'deactivated' }),
  ],
  [
    'its member is removed',
    '401 invalid_token',
    (subject) => subject.place.owner.delete(member(subject)),
  ],
];

/** What may happen to the organization of any credential. */
const ofOrganization: Row[] = [
  [
    'its organization is suspended',
    '403 organization_suspended',
    (subject) => world.platform.patch(organization(subject), { status: 'suspended' }),
  ],
  [
    'its organization lists other addresses',
    '403 ip_not_allowed',
    (subject) =>
      world.platform.patch(organization(subject), { policy: { allowed_ips: ['192.0.2.1'] } }),
  ],
  [
    'its organization is deleted',
    '401 invalid_token',
    (subject) => world.platform.delete(organization(subject)),
  ],
];

const revoke: Change = ({ place, path }) => place.owner.delete(path ?? '');
const deactivateUser: Change = ({ email }) =>
  world.rewrite(`UPDATE user_account SET status = 'deactivated' WHERE email = $1`, [email]);

/** Ends a session by another one of the same person. */
const endSession: Change = async ({ token, email }) => {
  const other = await world.session(email ?? '');
  const { id } = (await world.client(token).get('/users/me')).body.credential;
  return other.delete(`/auth/sessions/${id}`);
};

const changePassword: Change = async ({ email }) => {
  const input = { current_password: password, new_password: 'nine llamas waltz at dusk' };
  return (await world.session(email ?? '')).post('/auth/password', input);
};

const kinds: [kind: string, (place: Place) => Promise<Subject>, Row[]][] = [
  [
    'an API key',
    key,
    [
      ['it is revoked', '401 invalid_token', revoke],
      [
        'it is narrowed',
        '403 insufficient_permissions',
        ({ place, path }) => place.owner.patch(path ?? '', { product_scopes: { members: 'read' } }),
      ],
      ['its user is deactivated', '403 account_deactivated', deactivateUser],
      ['its person changes their password, which is no matter to a key', '200', changePassword],
    ],
  ],
  [
    'a session',
    session,
    [
      [
        'it signs out',
        '401 invalid_token',
        ({ token }) => world.client(token).post('/auth/logout'),
      ],
      ['its person ends it', '401 invalid_token', endSession],
      ['its person changes their password', '401 invalid_token', changePassword],
      ['its user is deactivated', '403 account_deactivated', deactivateUser],
    ],
  ],
  [
    'an OAuth token',
    oauthToken,
    [
      ['its client is deleted', '401 invalid_token', revoke],
      [
        'its client is narrowed',
        '403 insufficient_permissions',
        ({ place, path }) => place.owner.patch(path ?? '', { scope: 'members:read' }),
      ],
    ],
  ],
];

/**
 * What a credential's calls get on two instances before and after a change, the one that made it last. What is remembered of
 * a credential is packed after its first call and ready from its third on: each instance has it in another form.
 */
async function around(subject: Subject, change: Change): Promise<string[][]> {
  const ready = new Client(sibling, subject.token);
  const packed = new Client(world.server, subject.token);
  const calls = async (...callers: Client[]) => {
    const outcomes: string[] = [];
    for (const caller of callers) outcomes.push(outcome(await caller.get('/audit-events?limit=1')));
    return outcomes;
  };
  const before = await calls(ready, ready, ready, packed);
  await change(subject);
  return [before, await calls(ready, packed)];
}

describe.each(kinds)('the very next call of %s on every instance', (_, make, ofCredential) => {
  it.each([...ofMember, ...ofCredential])('after %s: %s', async (_change, wanted, change) => {
    const subject = await make({ id: world.organizationId, owner: world.owner });
    expect(await around(subject, change)).toEqual([
      ['200', '200', '200', '200'],
      [wanted, wanted],
    ]);
  });

  it.each(ofOrganization)('after %s: %s', async (_change, wanted, change) => {
    const subject = await make(await world.otherOrganization());
    expect(await around(subject, change)).toEqual([
      ['200', '200', '200', '200'],
      [wanted, wanted],
    ]);
  });
});
