import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client, Json } from '../harness/client.js';
import { outcome } from '../harness/outcome.js';
import { World } from '../harness/world.js';

let world: World;
let session: Client;
beforeAll(async () => {
  world = await World.start({ trustedProxies: ['127.0.0.1'] });
  session = await world.session((await world.human('member')).email);
});
afterAll(() => world.close());

const view = {
  id: expect.any(String),
  name: 'Globex',
  slug: 'globex',
  status: 'active',
  policy: {
    access_token_ttl_seconds: 900,
    refresh_token_ttl_seconds: 2_592_000,
    max_key_lifetime_days: null,
    rotation_reminder_days: 90,
    allowed_ips: null,
    require_second_factor: false,
  },
  rate_limit_per_minute: 100_000,
  created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
};

/** An organization and a client with its owner's key. */
async function tenant(): Promise<{ id: string; owner: Client; admin: Client }> {
  const { id, owner } = await world.otherOrganization();
  const admin = await world.human('admin', id);
  const key = await world.created('/api-keys', { name: 'Key', owner_id: admin.id }, owner);
  return { id, owner, admin: world.client(key.secret) };
}

describe('POST /v1/organizations', () => {
  it('201 with a session, whose user becomes the owner', async () => {
    const human = await world.human('member');
    const user = await world.session(human.email);
    const answer = await user.post('/organizations', { name: 'Globex', slug: 'globex' });
    expect(outcome(answer)).toBe('201');
    expect(answer.body).toEqual(view);
    const login = {
      email: human.email,
      password: 'a password for tests only',
      organization: 'globex',
    };
    const { body } = await world.client(null).post('/auth/login', login);
    const { body: me } = await world.client(body.access_token).get('/users/me');
    expect(me).toMatchObject({
      role: 'owner',
      organization: { id: answer.body.id },
      email: human.email,
    });
  });

  it('201 with a platform key, which names the owner by owner_email', async () => {
    const human = await world.human('member');
    const input = { name: 'By the operator', owner_email: human.email.toUpperCase() };
    const { id } = await world.created('/organizations', input, world.platform);
    const [row] = await world.server.sql<{ email: string }>(
      `SELECT u.email FROM member m JOIN user_account u ON u.id = m.user_id WHERE m.organization_id = $1`,
      [id],
    );
    expect(row?.email).toBe(human.email);
  });

  it('400 when a platform key names no owner_email', async () => {
    const answer = await world.platform.post('/organizations', { name: 'Nobody’s' });
    expect(outcome(answer)).toBe('400 invalid_request');
    expect(answer.body.error.details[0].field).toBe('owner_email');
  });

  it('400 when a session names an owner_email', async () => {
    const input = { name: 'For a friend', owner_email: 'friend@example.com' };
    expect(outcome(await session.post('/organizations', input))).toBe('400 invalid_request');
  });

  it('403 insufficient_permissions with an API key, be it an owner’s', async () => {
    const answer = await world.owner.post('/organizations', { name: 'By a key' });
    expect(outcome(answer)).toBe('403 insufficient_permissions');
  });

  it('409 slug_taken when the slug is an organization’s, whoever asks', async () => {
    const input = { name: 'Acme', slug: 'acme' };
    expect(outcome(await session.post('/organizations', input))).toBe('409 slug_taken');
  });

  it('201 for all of 8 that are made by one name at once, each with a slug that was free', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        world.platform.post('/organizations', {
          name: 'Popular',
          owner_email: `p${i}@example.com`,
        }),
      ),
    );
    expect(answers.map(outcome)).toEqual(Array(8).fill('201'));
    expect(new Set(answers.map(({ body }) => body.slug)).size).toBe(8);
  });

  it('gives one of two that ask for a slug at once the slug and the other 409 slug_taken', async () => {
    const input = { name: 'Race', slug: 'race', owner_email: 'race@example.com' };
    const answers = await Promise.all(
      [1, 2].map(() => world.platform.post('/organizations', input)),
    );
    const outcomes = answers.map(outcome).sort();
    expect(outcomes[0]).toBe('201');
    expect(outcomes[1]).toMatch(/^409 /);
  });
});

describe('GET /v1/organizations', () => {
  const ids = ({ body }: { body: Json }) => body.data.map((organization: Json) => organization.id);

  it('lists those that a session’s user is a member of', async () => {
    const human = await world.human('member');
    const user = await world.session(human.email);
    const made = await world.created('/organizations', { name: 'Second' }, user);
    expect(ids(await user.get('/organizations'))).toEqual([made.id, world.organizationId]);
  });

  it('lists a key’s own only', async () => {
    expect(ids(await world.owner.get('/organizations'))).toEqual([world.organizationId]);
  });

  it('lists all to a platform key', async () => {
    const made = await world.created(
      '/organizations',
      { name: 'Newest', owner_email: 'newest@example.com' },
      world.platform,
    );
    const all = ids(await world.platform.get('/organizations?limit=100'));
    expect(all[0]).toBe(made.id);
    expect(all).toContain(world.organizationId);
  });
});

describe('GET /v1/organizations/{id}', () => {
  it('answers another organization with the same bytes as one that does not exist', async () => {
    const other = await world.otherOrganization();
    const foreign = await world.owner.get(`/organizations/${other.id}`);
    const unknown = await world.owner.get('/organizations/0190a5c4-7b1e-7c3a-9f52-2f6d3c1b8e47');
    expect(outcome(foreign)).toBe('404 not_found');
    const bytes = ({ text, body }: typeof foreign) => text.replace(body.error.request_id, '');
    expect(bytes(foreign)).toBe(bytes(unknown));
  });

  it('403 insufficient_permissions for a project-scoped key, also an owner’s', async () => {
    const { client } = await world.key({ project_id: (await world.project()).id });
    const answer = await client.get(`/organizations/${world.organizationId}`);
    expect(outcome(answer)).toBe('403 insufficient_permissions');
  });
});

describe('PATCH /v1/organizations/{id}', () => {
  it('changes name and slug and gives the whole object', async () => {
    const { id, owner } = await tenant();
    const answer = await owner.patch(`/organizations/${id}`, {
      name: ' New name ',
      slug: 'new-name',
    });
    expect(answer.body).toMatchObject({ id, name: 'New name', slug: 'new-name' });
    expect((await owner.get(`/organizations/${id}`)).body).toEqual(answer.body);
  });

  it('merges the policy: a field that is left out stays as it is', async () => {
    const { id, owner } = await tenant();
    await owner.patch(`/organizations/${id}`, { policy: { max_key_lifetime_days: 30 } });
    const { body } = await owner.patch(`/organizations/${id}`, {
      policy: { rotation_reminder_days: 10, access_token_ttl_seconds: 60 },
    });
    const merged = {
      max_key_lifetime_days: 30,
      rotation_reminder_days: 10,
      access_token_ttl_seconds: 60,
    };
    expect(body.policy).toEqual({ ...view.policy, ...merged });
    const lifted = await owner.patch(`/organizations/${id}`, {
      policy: { max_key_lifetime_days: null },
    });
    expect(lifted.body.policy).toEqual({ ...view.policy, ...merged, max_key_lifetime_days: null });
  });

  const wrong: [string, unknown][] = [
    ['access_token_ttl_seconds', 59],
    ['access_token_ttl_seconds', 86_401],
    ['refresh_token_ttl_seconds', 3599],
    ['max_key_lifetime_days', 0],
    ['max_key_lifetime_days', 1.5],
    ['rotation_reminder_days', 3651],
    ['rotation_reminder_days', null],
    ['allowed_ips', []],
    ['allowed_ips', ['10.0.0.0/33']],
    ['allowed_ips', ['example.com']],
    ['no_such_field', true],
  ];
  it.each(wrong)('400 when policy.%s is %j', async (field, value) => {
    const path = `/organizations/${world.organizationId}`;
    const answer = await world.owner.patch(path, { policy: { [field]: value } });
    expect(outcome(answer)).toBe('400 invalid_request');
    expect(answer.body.error.details[0].field).toBe(`policy.${field}`);
  });

  it('400 when allowed_ips leaves the caller out', async () => {
    const { id, owner } = await tenant();
    const input = { policy: { allowed_ips: ['192.0.2.0/24'] } };
    expect(outcome(await owner.patch(`/organizations/${id}`, input))).toBe('400 invalid_request');
  });

  it('403 ip_not_allowed from an address that allowed_ips leaves out, from the next call on', async () => {
    const { id, owner } = await tenant();
    const policy = { allowed_ips: ['127.0.0.1', '192.0.2.0/24'] };
    await owner.patch(`/organizations/${id}`, { policy });
    const from = (ip: string) => owner.with({ 'x-forwarded-for': ip }).get('/users/me');
    expect(outcome(await from('192.0.2.7'))).toBe('200');
    expect(outcome(await from('198.51.100.7'))).toBe('403 ip_not_allowed');
  });

  it('409 slug_taken when the slug is another organization’s', async () => {
    const { id, owner } = await tenant();
    const answer = await owner.patch(`/organizations/${id}`, { slug: 'acme' });
    expect(outcome(answer)).toBe('409 slug_taken');
  });

  it.each([{ rate_limit_per_minute: 5 }, { status: 'suspended' }])(
    '403 insufficient_permissions when an owner sets %j, which takes a platform key',
    async (input) => {
      const answer = await world.owner.patch(`/organizations/${world.organizationId}`, input);
      expect(outcome(answer)).toBe('403 insufficient_permissions');
      expect(answer.body.error.missing).toEqual([{ product: 'platform', access: 'read_write' }]);
    },
  );

  it('sets the limit with a platform key, and null gives back the installation’s', async () => {
    const { id, owner } = await tenant();
    await world.platform.patch(`/organizations/${id}`, { rate_limit_per_minute: 7 });
    const { headers } = await owner.get('/users/me');
    expect(headers.get('ratelimit-policy')).toBe('"organization";q=7;w=60');
    const { body } = await world.platform.patch(`/organizations/${id}`, {
      rate_limit_per_minute: null,
    });
    expect(body.rate_limit_per_minute).toBe(100_000);
  });

  it('403 insufficient_permissions when a role in one project would change the organization', async () => {
    const { id: project } = await world.project();
    const permissions = { organization: 'read_write' };
    const role = await world.created('/roles', { name: 'Strange', level: 'project', permissions });
    const bot = await world.serviceAccount('member', { [project]: role.id });
    const { client } = await world.key({ owner_id: bot.id });
    const there = client.with({ 'x-project-id': project });
    const path = `/organizations/${world.organizationId}`;
    expect(outcome(await there.patch(path, { name: 'Taken' }))).toBe(
      '403 insufficient_permissions',
    );
    expect(outcome(await there.delete(path))).toBe('403 insufficient_permissions');
  });
});

describe('a suspended organization', () => {
  it('403 organization_suspended for its members until it is active again', async () => {
    const { id, owner } = await tenant();
    const set = (status: string) => world.platform.patch(`/organizations/${id}`, { status });
    expect((await set('suspended')).body.status).toBe('suspended');
    expect(outcome(await owner.get('/users/me'))).toBe('403 organization_suspended');
    await set('active');
    expect(outcome(await owner.get('/users/me'))).toBe('200');
  });
});

describe('DELETE /v1/organizations/{id}', () => {
  it('403 insufficient_permissions for an admin', async () => {
    const { id, owner, admin } = await tenant();
    expect(outcome(await admin.delete(`/organizations/${id}`))).toBe(
      '403 insufficient_permissions',
    );
    expect(outcome(await owner.get('/users/me'))).toBe('200');
  });

  it('204 for an owner: its keys are revoked and its slug is free again', async () => {
    const { id, owner, admin } = await tenant();
    const { body: before } = await owner.get(`/organizations/${id}`);
    expect(outcome(await owner.delete(`/organizations/${id}`))).toBe('204');
    expect(outcome(await owner.get('/users/me'))).toBe('401 invalid_token');
    expect(outcome(await admin.get('/users/me'))).toBe('401 invalid_token');
    const keys = await world.server.sql(
      'SELECT 1 FROM api_key WHERE organization_id = $1 AND revoked_at IS NULL',
      [id],
    );
    expect(keys).toEqual([]);
    expect(outcome(await world.platform.get(`/organizations/${id}`))).toBe('404 not_found');
    const again = { name: 'Again', slug: before.slug, owner_email: 'again@example.com' };
    expect(outcome(await world.platform.post('/organizations', again))).toBe('201');
  });
});
