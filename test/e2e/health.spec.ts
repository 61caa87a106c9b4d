import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseUrl, execute } from '../harness/database.js';
import { outcome } from '../harness/outcome.js';
import { World } from '../harness/world.js';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.close());

describe('health', () => {
  it('200 at /health/live without a credential', async () => {
    const { status, body } = await world.client(null).get('//health/live');
    expect({ status, body }).toEqual({ status: 200, body: { status: 'ok' } });
  });

  it('200 at /health/ready, 503 unavailable while the database cannot be reached, then 200 again', async () => {
    const ready = async () => outcome(await world.client(null).get('//health/ready'));
    const { config } = world.server;
    const name = new URL(config.databaseUrl).pathname.slice(1);
    const operate = (sql: string) => execute(databaseUrl(config.databaseUrl, 'postgres'), sql);
    expect(await ready()).toBe('200');
    await operate(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
    try {
      await operate(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`,
      );
      expect(await ready()).toBe('503 unavailable');
      expect(outcome(await world.owner.get('/users/me'))).toBe('503 unavailable');
      expect(outcome(await world.client(null).get('//health/live'))).toBe('200');
    } finally {
      await operate(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
    }
    expect(await ready()).toBe('200');
    expect(outcome(await world.owner.get('/users/me'))).toBe('200');
  });

  it('leaves no event: nobody calls', async () => {
    const count = async () => {
      const [row] = await world.server.sql<{ count: string }>('SELECT count(*) FROM audit_event');
      return row?.count;
    };
    const before = await count();
    await world.client(null).get('//health/ready');
    expect(await count()).toBe(before);
  });
});

describe('the description of the API', () => {
  it('is served at /openapi.json', async () => {
    const { status, body } = await world.client(null).get('//openapi.json');
    expect(status).toBe(200);
    const generated = await readFile(new URL('../../openapi.json', import.meta.url), 'utf8');
    expect(body).toEqual(JSON.parse(generated));
  });

  it('is shown by Swagger UI at /docs', async () => {
    const { status, text } = await world.client(null).get('//docs');
    expect(status).toBe(200);
    expect(text).toContain('swagger-ui');
  });

  it('is where / sends a browser', async () => {
    const { status, headers } = await world.client(null).get('//');
    expect(status).toBe(302);
    expect(headers.get('location')).toBe('/docs');
  });
});
