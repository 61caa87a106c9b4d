import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client, Json } from '../harness/client.js';
import { outcome } from '../harness/outcome.js';
import { World } from '../harness/world.js';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.close());

const ids = ({ body }: { body: Json }): string[] => body.data.map((project: Json) => project.id);

/** A client with the key of a service account that holds a role in one project. */
async function holder(projectId: string, role: string): Promise<Client> {
  const bot = await world.serviceAccount('member', { [projectId]: role });
  return (await world.key({ owner_id: bot.id })).client;
}

describe('POST /v1/projects', () => {
  it('201 with the project', async () => {
    const answer = await world.owner.post('/projects', { name: '  Website  ', slug: 'website' });
    expect(outcome(answer)).toBe('201');
    expect(answer.body).toEqual({
      id: expect.any(String),
      name: 'Website',
      slug: 'website',
      created_at: expect.any(String),
    });
    expect((await world.owner.get(`/projects/${answer.body.id}`)).body).toEqual(answer.body);
  });

  const names = [
    ['Über Uptime & Status!', 'uber-uptime-status'],
    ['  2nd  Try  ', 'nd-try'],
    ['ﬁnance', 'finance'],
    ['日本', 'project'],
    ['x'.repeat(100), 'x'.repeat(40)],
  ];
  it.each(names)('makes the slug from the name when left out: %s', async (name, slug) => {
    expect((await world.created('/projects', { name })).slug).toBe(slug);
  });

  it.each(['Admin', 'API', 'me', 'new', 'current'])(
    'makes another slug when that of the name is reserved: %s',
    async (name) => {
      const { slug } = await world.created('/projects', { name });
      expect(slug).toMatch(new RegExp(`^${name.toLowerCase()}-\\d{6}$`));
    },
  );

  it('makes another slug when that of the name is taken', async () => {
    const name = `Twice ${randomUUID()}`;
    const [one, other] = [await world.project(name), await world.project(name)];
    expect(other.slug).not.toBe(one.slug);
    expect(other.slug.startsWith(one.slug)).toBe(true);
  });

  it.each(['api', 'admin', 'me', 'new', 'current'])(
    '400 when the slug is reserved: %s',
    async (slug) => {
      const answer = await world.owner.post('/projects', { name: 'Reserved', slug });
      expect(outcome(answer)).toBe('400 invalid_request');
      expect(answer.body.error.details).toEqual([{ field: 'slug', message: 'is reserved' }]);
    },
  );

  it.each(['a', 'x'.repeat(49), '1st', 'Upper', 'a--b', '-a', 'a-', 'a_b', 'ü-ber', '', null, 7])(
    '400 when the slug is %j',
    async (slug) => {
      const answer = await world.owner.post('/projects', { name: 'Wrong', slug });
      expect(outcome(answer)).toBe('400 invalid_request');
      expect(answer.body.error.details[0].field).toBe('slug');
    },
  );

  it('takes slugs of 2 and of 48 characters', async () => {
    for (const slug of ['ab', `a${'b'.repeat(47)}`])
      expect((await world.created('/projects', { name: 'Edge', slug })).slug).toBe(slug);
  });

  it.each(['', '   ', 'x'.repeat(101), 'tab\there', 'nul\u0000', 'line\nbreak', '\ud800', null, 7])(
    '400 when the name is %j',
    async (name) => {
      expect(outcome(await world.owner.post('/projects', { name }))).toBe('400 invalid_request');
    },
  );

  it('takes a name of 100 characters, counted as people do', async () => {
    expect((await world.created('/projects', { name: '🦊'.repeat(100) })).slug).toMatch(/^project/);
  });

  it('409 slug_taken when the organization has a project of this slug', async () => {
    const { slug } = await world.project();
    const answer = await world.owner.post('/projects', { name: 'Again', slug });
    expect(outcome(answer)).toBe('409 slug_taken');
  });

  it('gives one of many that ask for a slug at once the slug and the others 409 slug_taken', async () => {
    const input = { name: 'Race', slug: 'race' };
    const answers = await Promise.all([1, 2, 3, 4].map(() => world.owner.post('/projects', input)));
    const taken = '409 slug_taken';
    expect(answers.map(outcome).sort()).toEqual(['201', taken, taken, taken]);
  });

  it('201 for a slug that another organization uses', async () => {
    const { slug } = await world.project();
    const other = await world.otherOrganization();
    const answer = await other.owner.post('/projects', { name: 'Theirs', slug });
    expect(outcome(answer)).toBe('201');
  });
});

describe('PATCH /v1/projects/{id}', () => {
  it('renames, and the old slug is free', async () => {
    const { id, slug } = await world.project();
    const renamed = `renamed-${id.slice(-12)}`;
    const { body } = await world.owner.patch(`/projects/${id}`, { name: 'New', slug: renamed });
    expect(body).toMatchObject({ id, name: 'New', slug: renamed });
    expect(outcome(await world.owner.post('/projects', { name: 'Free', slug }))).toBe('201');
    const by = (value: string) => world.owner.with({ 'x-project-slug': value }).get('/members');
    expect(outcome(await by(renamed))).toBe('200');
  });

  it('409 slug_taken for another project’s slug, 400 for a reserved one, 200 for its own', async () => {
    const [one, other] = [await world.project(), await world.project()];
    const rename = async (slug: string) =>
      outcome(await world.owner.patch(`/projects/${one.id}`, { slug }));
    expect(await rename(other.slug)).toBe('409 slug_taken');
    expect(await rename('admin')).toBe('400 invalid_request');
    expect(await rename(one.slug)).toBe('200');
  });
});

describe('DELETE /v1/projects/{id}', () => {
  it('204: its keys are revoked, its roles gone and its slug free', async () => {
    const { id, slug } = await world.project();
    const bot = await world.serviceAccount('member', { [id]: 'admin' });
    const { client, key } = await world.key({ project_id: id });
    expect(outcome(await world.owner.delete(`/projects/${id}`))).toBe('204');
    expect(outcome(await client.get('/users/me'))).toBe('401 invalid_token');
    expect((await world.owner.get(`/api-keys/${key.id}`)).body.status).toBe('revoked');
    expect((await world.owner.get(`/members/${bot.id}`)).body.projects).toEqual([]);
    expect(outcome(await world.owner.get(`/projects/${id}`))).toBe('404 project_not_found');
    expect(outcome(await world.owner.delete(`/projects/${id}`))).toBe('404 project_not_found');
    expect(outcome(await world.owner.post('/projects', { name: 'Again', slug }))).toBe('201');
  });
});

describe('who sees which projects', () => {
  it('a member sees those where it holds a role, and 403 in the others', async () => {
    const [mine, other] = [await world.project(), await world.project()];
    const client = await holder(mine.id, 'viewer');
    expect(ids(await client.get('/projects'))).toEqual([mine.id]);
    expect(outcome(await client.get(`/projects/${mine.id}`))).toBe('200');
    expect(outcome(await client.get(`/projects/${other.id}`))).toBe('403 insufficient_permissions');
  });

  it('an admin of the organization sees all', async () => {
    const { id } = await world.project();
    const admin = await world.serviceAccount('admin');
    const { client } = await world.key({ owner_id: admin.id });
    expect(ids(await client.get('/projects?limit=100'))).toContain(id);
  });

  it('a project-scoped key sees its own, be it an owner’s', async () => {
    const { id } = await world.project();
    const { client } = await world.key({ project_id: id });
    expect(ids(await client.get('/projects'))).toEqual([id]);
  });

  it('404 project_not_found for another organization’s, the same bytes as for none', async () => {
    const other = await world.otherOrganization();
    const { id } = await world.created('/projects', { name: 'Theirs' }, other.owner);
    const answers = [
      await world.owner.get(`/projects/${id}`),
      await world.owner.get('/projects/0190a5c4-7b1e-7c3a-9f52-2f6d3c1b8e47'),
    ];
    expect(answers.map(outcome)).toEqual(['404 project_not_found', '404 project_not_found']);
    const bytes = answers.map(({ text, body }) => text.replace(body.error.request_id, ''));
    expect(bytes[0]).toBe(bytes[1]);
  });
});

describe('a project admin', () => {
  it.each(['viewer', 'editor'])('is needed to change a project: 403 for its %s', async (role) => {
    const { id } = await world.project();
    const client = await holder(id, role);
    expect(outcome(await client.patch(`/projects/${id}`, { name: 'No' }))).toBe(
      '403 insufficient_permissions',
    );
    expect(outcome(await client.delete(`/projects/${id}`))).toBe('403 insufficient_permissions');
  });

  it('changes and deletes its project', async () => {
    const { id } = await world.project();
    const client = await holder(id, 'admin');
    expect(outcome(await client.patch(`/projects/${id}`, { name: 'Mine' }))).toBe('200');
    expect(outcome(await client.delete(`/projects/${id}`))).toBe('204');
  });

  it('403 insufficient_permissions when it creates or manages others', async () => {
    const [mine, other] = [await world.project(), await world.project()];
    const scoped = (await world.key({ project_id: mine.id })).client;
    const member = await holder(mine.id, 'admin');
    const selecting = member.with({ 'x-project-id': mine.id });
    for (const client of [scoped, member, selecting])
      expect(outcome(await client.post('/projects', { name: 'Second' }))).toBe(
        '403 insufficient_permissions',
      );
    for (const client of [scoped, member]) {
      expect(outcome(await client.patch(`/projects/${other.id}`, { name: 'Taken' }))).toBe(
        '403 insufficient_permissions',
      );
      expect(outcome(await client.delete(`/projects/${other.id}`))).toBe(
        '403 insufficient_permissions',
      );
    }
  });
});
