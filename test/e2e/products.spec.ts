import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../harness/client.js';
import { outcome } from '../harness/outcome.js';
import { World } from '../harness/world.js';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.close());

const newSlug = () => `product-${randomUUID().slice(0, 8)}`;

function product(slug = newSlug()): Promise<Json> {
  return world.created('/products', { slug, name: 'Product' }, world.platform);
}

describe('GET /v1/products', () => {
  it('lists the operator’s newest first, then the built-in ones, to any valid credential', async () => {
    const { slug } = await product();
    const { client } = await world.key({ product_scopes: {} });
    const { body } = await client.get('/products?limit=100');
    const slugs = body.data.map((entry: Json) => entry.slug);
    expect(slugs[0]).toBe(slug);
    expect(slugs.slice(-8)).toEqual([
      'incidents',
      'status-pages',
      'uptime',
      'organization',
      'projects',
      'members',
      'api_keys',
      'audit',
    ]);
    const builtIn = body.data.filter((entry: Json) => entry.built_in);
    expect(builtIn.map((entry: Json) => entry.slug)).toEqual(slugs.slice(-5));
  });
});

describe('with a platform key', () => {
  it('a product is made, changed and deleted', async () => {
    const slug = newSlug();
    const input = { slug, name: 'Uptime', description: ' Monitors. ' };
    const made = await world.platform.post('/products', input);
    expect(outcome(made)).toBe('201');
    expect(made.body).toEqual({ slug, name: 'Uptime', description: 'Monitors.', built_in: false });
    const changed = await world.platform.patch(`/products/${slug}`, { name: 'Checks' });
    expect(changed.body).toEqual({ ...made.body, name: 'Checks' });
    expect(outcome(await world.platform.delete(`/products/${slug}`))).toBe('204');
    expect(outcome(await world.platform.delete(`/products/${slug}`))).toBe('404 not_found');
    const { body } = await world.platform.get('/audit-events?limit=10');
    const about = body.data.filter((event: Json) => event.target?.id === slug);
    expect(about.map((event: Json) => event.action)).toEqual([
      'product.deleted',
      'product.updated',
      'product.created',
    ]);
  });

  it('409 slug_taken when there is such a product, also a built-in one', async () => {
    for (const slug of ['uptime', 'audit', 'members']) {
      const answer = await world.platform.post('/products', { slug, name: 'Again' });
      expect(outcome(answer)).toBe('409 slug_taken');
    }
  });

  it.each(['platform', 'admin', 'Upper', 'a', 'api_keys', '*'])(
    '400 when the slug is %s',
    async (slug) => {
      const answer = await world.platform.post('/products', { slug, name: 'Wrong' });
      expect(outcome(answer)).toBe('400 invalid_request');
    },
  );

  it('409 conflict when a built-in product is changed or deleted', async () => {
    for (const slug of ['organization', 'projects', 'members', 'api_keys', 'audit']) {
      const path = `/products/${slug}`;
      expect(outcome(await world.platform.patch(path, { name: 'Ours' }))).toBe('409 conflict');
      expect(outcome(await world.platform.delete(path))).toBe('409 conflict');
    }
  });
});

describe('without a platform key', () => {
  it('403 insufficient_permissions for whoever else, owners too', async () => {
    const scoped = await world.key({ project_id: (await world.project()).id });
    for (const client of [world.owner, scoped.client]) {
      const answers = [
        await client.post('/products', { slug: newSlug(), name: 'Ours' }),
        await client.patch('/products/uptime', { name: 'Ours' }),
        await client.delete('/products/uptime'),
      ];
      for (const answer of answers) {
        expect(outcome(answer)).toBe('403 insufficient_permissions');
        const missing = [{ product: 'platform', access: 'read_write' }];
        expect(answer.body.error.missing).toEqual(missing);
      }
    }
  });
});

describe('deleting a product', () => {
  it('takes it out of every role and scope, and adding it again revives nothing', async () => {
    const { slug } = await product();
    const { id: project } = await world.project();
    const permissions = { [slug]: 'read_write', uptime: 'read' };
    const role = await world.created('/roles', { name: slug, level: 'organization', permissions });
    const bot = await world.serviceAccount(role.id);
    const byRole = (await world.key({ owner_id: bot.id })).client;
    const { key, client: byScope } = await world.key({ product_scopes: permissions });
    const ask = async (client: typeof byRole) =>
      outcome(await client.with({ 'x-project-id': project }).get(`/authorize?product=${slug}`));
    expect(await Promise.all([ask(byRole), ask(byScope)])).toEqual(['200', '200']);

    await world.platform.delete(`/products/${slug}`);
    expect(await ask(byRole)).toBe('400 invalid_request');
    await product(slug);

    const refused = '403 insufficient_permissions';
    expect(await Promise.all([ask(byRole), ask(byScope)])).toEqual([refused, refused]);
    expect((await world.owner.get(`/roles/${role.id}`)).body.permissions).toEqual({
      uptime: 'read',
    });
    expect((await world.owner.get(`/api-keys/${key.id}`)).body.product_scopes).toEqual({
      uptime: 'read',
    });
  });

  it('leaves a key of that product alone without any access, not with all', async () => {
    const { slug } = await product();
    const { key, client } = await world.key({ product_scopes: { [slug]: 'read_write' } });
    await world.platform.delete(`/products/${slug}`);
    expect((await world.owner.get(`/api-keys/${key.id}`)).body.product_scopes).toEqual({});
    expect(outcome(await client.get('/projects'))).toBe('403 insufficient_permissions');
  });

  it('leaves no mention behind in what is made at the same moment', async () => {
    for (let round = 0; round < 15; round += 1) {
      const { slug } = await product();
      const permissions = { [slug]: 'read' };
      const role = (name: string) =>
        world.owner.post('/roles', { name: `${name} ${slug}`, level: 'project', permissions });
      const key = () => world.owner.post('/api-keys', { name: 'Key', product_scopes: permissions });
      const made = [role('one'), key(), role('two'), key(), role('three')];
      await Promise.all([world.platform.delete(`/products/${slug}`), ...made]);
      const mentions = await world.server.sql(
        `SELECT 1 FROM role WHERE permissions ? $1 UNION ALL SELECT 1 FROM api_key WHERE product_scopes ? $1`,
        [slug],
      );
      expect(mentions).toEqual([]);
    }
  });
});
