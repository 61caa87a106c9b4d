import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outcome, type Client, type Json } from '../harness/client.js';
import { rawRequest, sendRaw } from '../harness/raw-request.js';
import { World } from '../harness/world.js';

let world: World;
let website: Json;
let shop: Json;
let foreign: Json;
beforeAll(async () => {
  world = await World.start();
  website = await world.project('Website');
  shop = await world.project('Shop');
  const other = await world.otherOrganization();
  foreign = await world.created('/projects', { name: 'Foreign' }, other.owner);
});
afterAll(() => world.close());

const authorize = '/authorize?product=uptime&access=read';

/** The project that a call to `/authorize` was decided for, or the refusal. */
async function selected(client: Client, path = authorize): Promise<string> {
  const answer = await client.get(path);
  return answer.headers.get('x-auth-project-id') ?? outcome(answer);
}

describe('a project-scoped key', () => {
  let client: Client;
  beforeAll(async () => {
    ({ client } = await world.key({ project_id: website.id }));
  });

  it('needs no header', async () => {
    expect(await selected(client)).toBe(website.id);
  });

  it('may name its own project, anywhere', async () => {
    expect(await selected(client.with({ 'x-project-id': website.id }))).toBe(website.id);
    expect(await selected(client.with({ 'x-project-slug': 'website' }))).toBe(website.id);
    expect(await selected(client, `${authorize}&project_id=${website.id}`)).toBe(website.id);
    expect(outcome(await client.get(`/projects/${website.id}`))).toBe('200');
  });

  it('403 insufficient_permissions when it names any other project, existing or not, with the same bytes', async () => {
    const bytes = new Set<string>();
    for (const id of [shop.id, foreign.id, randomUUID()]) {
      const answer = await client.with({ 'x-project-id': id }).get(authorize);
      expect(outcome(answer)).toBe('403 insufficient_permissions');
      bytes.add(answer.text.replace(answer.body.error.request_id, ''));
    }
    for (const slug of ['shop', 'foreign', 'nowhere']) {
      const answer = await client.with({ 'x-project-slug': slug }).get(authorize);
      expect(outcome(answer)).toBe('403 insufficient_permissions');
      bytes.add(answer.text.replace(answer.body.error.request_id, ''));
    }
    expect(bytes.size).toBe(1);
  });

  it('403 insufficient_permissions when path, query or body names another project', async () => {
    const body = { name: 'Key', project_id: shop.id };
    const answers = [
      await client.get(`/projects/${shop.id}`),
      await client.get(`/projects/${randomUUID()}`),
      await client.get(`${authorize}&project_id=${shop.id}`),
      await client.post('/api-keys', body),
      await client.with({ 'x-project-id': shop.id }).get('/users/me'),
    ];
    expect(answers.map(outcome)).toEqual(answers.map(() => '403 insufficient_permissions'));
  });
});

describe.each(['an organization-scoped key', 'a session'])('%s', (kind) => {
  let client: Client;
  beforeAll(async () => {
    client = world.owner;
    if (kind === 'a session') client = await world.session((await world.human('owner')).email);
  });

  it("400 project_required for an operator's product when no project is named", async () => {
    const answer = await client.get(authorize);
    expect(outcome(answer)).toBe('400 project_required');
  });

  it('names the project with X-Project-Id or X-Project-Slug, or with both when they agree', async () => {
    expect(await selected(client.with({ 'x-project-id': website.id }))).toBe(website.id);
    expect(await selected(client.with({ 'x-project-id': website.id.toUpperCase() }))).toBe(
      website.id,
    );
    expect(await selected(client.with({ 'x-project-slug': 'shop' }))).toBe(shop.id);
    const both = client.with({ 'x-project-id': shop.id, 'x-project-slug': 'shop' });
    expect(await selected(both)).toBe(shop.id);
  });

  it('needs no project for a built-in product', async () => {
    expect(outcome(await client.get('/authorize?product=members&access=read'))).toBe('200');
  });

  it("404 project_not_found with the same bytes for another organization's project and for none", async () => {
    const gone = await world.project('Gone');
    expect(outcome(await world.owner.delete(`/projects/${gone.id}`))).toBe('204');
    const bytes = new Set<string>();
    for (const path of [authorize, '/users/me', '/projects']) {
      for (const header of [
        { 'x-project-id': foreign.id },
        { 'x-project-id': gone.id },
        { 'x-project-id': randomUUID() },
        { 'x-project-slug': foreign.slug },
        { 'x-project-slug': gone.slug },
        { 'x-project-slug': 'nowhere' },
      ]) {
        const answer = await client.with(header).get(path);
        expect(outcome(answer)).toBe('404 project_not_found');
        bytes.add(answer.text.replace(answer.body.error.request_id, ''));
      }
    }
    for (const id of [foreign.id, gone.id, randomUUID()]) {
      const answer = await client.get(`/projects/${id}`);
      expect(outcome(answer)).toBe('404 project_not_found');
      bytes.add(answer.text.replace(answer.body.error.request_id, ''));
    }
    expect(bytes.size).toBe(1);
  });
});

describe('a project that is named elsewhere', () => {
  it('is selected by project_id in path, query or body', async () => {
    expect(await selected(world.owner, `${authorize}&project_id=${shop.id}`)).toBe(shop.id);
    const key = await world.created('/api-keys', { name: 'Key', project_id: shop.id });
    expect([key.scope, key.project_id]).toEqual(['project', shop.id]);
    const there = await world.owner.with({ 'x-project-id': shop.id }).get(`/projects/${shop.id}`);
    expect(outcome(there)).toBe('200');
  });

  it('narrows what a call answers and makes', async () => {
    const here = await world.serviceAccount('member', { [website.id]: 'viewer' });
    const there = await world.serviceAccount('member', { [shop.id]: 'viewer' });
    const narrowed = world.owner.with({ 'x-project-slug': 'website' });
    const ids = (answer: Json) => answer.body.data.map((item: Json) => item.id) as string[];
    const members = ids(await narrowed.get('/members?limit=100'));
    expect([members.includes(here.id), members.includes(there.id)]).toEqual([true, false]);
    expect(ids(await narrowed.get('/projects'))).toEqual([website.id]);
    const key = await world.created('/api-keys', { name: 'Key' }, narrowed);
    expect([key.scope, key.project_id]).toEqual(['project', website.id]);
    expect(ids(await narrowed.get('/api-keys'))).toContain(key.id);
    const elsewhere = world.owner.with({ 'x-project-slug': 'shop' });
    expect(ids(await elsewhere.get('/api-keys'))).not.toContain(key.id);
    expect(outcome(await elsewhere.get(`/api-keys/${key.id}`))).toBe('404 not_found');
    expect(outcome(await elsewhere.delete(`/api-keys/${key.id}`))).toBe('404 not_found');
  });

  it.each(['/projects', '/members', '/service-accounts', '/api-keys'])(
    'narrows GET %s by the query project_id as by the header',
    async (path) => {
      const byHeader = await world.owner
        .with({ 'x-project-id': website.id })
        .get(`${path}?limit=2`);
      const byQuery = await world.owner.get(`${path}?limit=2&project_id=${website.id}`);
      expect([outcome(byHeader), outcome(byQuery)]).toEqual(['200', '200']);
      expect(byQuery.body).toEqual(byHeader.body);
    },
  );
});

describe('400 invalid_request', () => {
  const refused = '400 invalid_request';

  it('when a header disagrees with path, query or body', async () => {
    const elsewhere = world.owner.with({ 'x-project-id': website.id });
    const bySlug = world.owner.with({ 'x-project-slug': 'website' });
    const answers = [
      await elsewhere.get(`/projects/${shop.id}`),
      await bySlug.get(`/projects/${shop.id}`),
      await elsewhere.get(`${authorize}&project_id=${shop.id}`),
      await elsewhere.get(`/api-keys?project_id=${shop.id}`),
      await bySlug.post('/api-keys', { name: 'Key', project_id: shop.id }),
    ];
    expect(answers.map(outcome)).toEqual(answers.map(() => refused));
  });

  it('when two headers disagree', async () => {
    const client = world.owner.with({ 'x-project-id': website.id, 'x-project-slug': 'shop' });
    expect(await selected(client)).toBe(refused);
  });

  it.each(['X-Project-Id', 'X-Project-Slug'])(
    'when %s is given twice, also alike',
    async (name) => {
      const [mine, other] = name === 'X-Project-Id' ? [website.id, shop.id] : ['website', 'shop'];
      const bearer = `Authorization: Bearer ${world.server.first.apiKey}`;
      const call = (...headers: string[]) =>
        sendRaw(world.server, rawRequest(`GET /v1${authorize}`, [bearer, ...headers]));
      expect(outcome(await call(`${name}: ${mine}`))).toBe('200');
      for (const second of [mine, other]) {
        const answer = await call(`${name}: ${mine}`, `${name.toLowerCase()}: ${second}`);
        expect(outcome(answer)).toBe(refused);
        expect(answer.body.error.details[0].field).toBe(`header ${name}`);
      }
    },
  );

  it('when what should name a project is no id or slug', async () => {
    for (const id of ['', 'website', '1', `${website.id}0`, `${website.id},${website.id}`])
      expect(await selected(world.owner.with({ 'x-project-id': id }))).toBe(refused);
    for (const slug of ['', 'Website', 'a', 'web site', website.id, 'web--site'])
      expect(await selected(world.owner.with({ 'x-project-slug': slug }))).toBe(refused);
    for (const query of [
      'project_id=',
      'project_id=1',
      `project_id=${shop.id}&project_id=${shop.id}`,
    ])
      expect(await selected(world.owner, `${authorize}&${query}`)).toBe(refused);
    for (const project_id of ['website', '', 7, true, [website.id], {}])
      expect(outcome(await world.owner.post('/api-keys', { name: 'Key', project_id }))).toBe(
        refused,
      );
    expect(outcome(await world.owner.get('/projects/website'))).toBe(refused);
  });
});

describe('PROJECT_HEADER_BRAND', () => {
  it('renames the headers: Phare gives X-Phare-Project-Id and X-Phare-Project-Slug', async () => {
    const branded = await World.start({ projectHeaderBrand: 'Phare' });
    try {
      const { id, slug } = await branded.project('Website');
      const { owner } = branded;
      expect(await selected(owner.with({ 'x-phare-project-id': id }))).toBe(id);
      expect(await selected(owner.with({ 'x-phare-project-slug': slug }))).toBe(id);
      expect(await selected(owner.with({ 'x-project-id': id }))).toBe('400 project_required');
      expect(await selected(owner.with({ 'x-project-slug': slug }))).toBe('400 project_required');
      const { body: document } = await owner.get('//openapi.json');
      const text = JSON.stringify(document);
      expect(text).toContain('X-Phare-Project-Id');
      expect(text).not.toContain('X-Project-');
      expect((await owner.get(authorize)).text).not.toContain('X-Project-');
    } finally {
      await branded.close();
    }
  });
});
