import { createPublicKey } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyChain, type ChainedEvent } from '../../src/access/audit-chain/verify-chain.js';
import { readLog, sealedLog } from '../audit-chain/audit-log.js';
import type { Json } from '../harness/client.js';
import { outcome } from '../harness/outcome.js';
import { World } from '../harness/world.js';

/** More than one piece holds. */
const calls = 700;

let world: World;
let project: Json;
beforeAll(async () => {
  world = await World.start();
  project = await world.project();
  const { client } = await world.key();
  await Promise.all(Array.from({ length: calls }, () => client.get('/users/me')));
  await sealedLog(world.owner);
});
afterAll(() => world.close());

async function exported(query = ''): Promise<ChainedEvent[]> {
  const { text } = await world.owner.get(`/audit-events/export?${query}`);
  expect(text.endsWith('\n')).toBe(true);
  return text
    .slice(0, -1)
    .split('\n')
    .map((line) => JSON.parse(line) as ChainedEvent);
}

describe('GET /v1/audit-events/export', () => {
  it('200 with every event up to the call, a line each, the oldest first, as the list shows them', async () => {
    const { headers, status } = await world.owner.get('/audit-events/export');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/x-ndjson');
    expect(headers.get('content-disposition')).toBe('attachment; filename="audit-events.ndjson"');
    const events = await exported();
    expect(events.length).toBeGreaterThan(calls);
    const listed = await readLog(world.owner);
    const unlinked = ({ hash: _h, previous_hash: _p, ...event }: ChainedEvent) => event;
    expect(events.map(unlinked)).toEqual(listed.slice(0, events.length).map(unlinked));
    expect(events.at(-1)).toMatchObject({
      action: 'api_key.used',
      request: { route: '/v1/audit-events/export' },
    });
  });

  it('is whole for whoever verifies it without the server, and is not once a line is missing or changed', async () => {
    const key = createPublicKey(world.server.signingKey);
    const events = await exported();
    expect(verifyChain(events, [], key)).toEqual([]);
    expect(verifyChain(events.toSpliced(300, 1), [], key)).not.toEqual([]);
    const changed = { ...(events[300] as ChainedEvent), outcome: 'denied' as const };
    expect(verifyChain(events.with(300, changed), [], key)).not.toEqual([]);
  });

  it('narrows as the list does', async () => {
    const events = await exported(`project_id=${project.id}&action=project.created`);
    expect(events).toMatchObject([{ target: { type: 'project', id: project.id } }]);
    expect(await exported('outcome=allowed&to=2100-01-01T00:00:00Z')).not.toHaveLength(0);
  });

  it('200 without a line where nothing matches', async () => {
    const { status, text } = await world.owner.get('/audit-events/export?action=never.happened');
    expect([status, text]).toEqual([200, '']);
  });

  it('200 with a table as csv, in which nothing is a formula', async () => {
    const { headers, text } = await world.owner.get(
      '/audit-events/export?format=csv&action=project.created',
    );
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(headers.get('content-disposition')).toBe('attachment; filename="audit-events.csv"');
    const [row, ...others] = parse(text, { columns: true }) as Record<string, string>[];
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      action: 'project.created',
      target_id: project.id,
      actor_id: world.ownerId,
      outcome: 'allowed',
      code: '',
    });
    expect(JSON.parse(row?.['changes'] ?? '')).toMatchObject({ name: [null, project.name] });
  });

  it('200 with a table in which a user agent is no formula', async () => {
    const formula = '=HYPERLINK("http://evil.example")';
    await world.owner.with({ 'user-agent': formula }).get('/roles');
    const { text } = await world.owner.get('/audit-events/export?format=csv&outcome=allowed');
    const rows = parse(text, { columns: true }) as Record<string, string>[];
    const agents = rows.map((row) => row['request_user_agent']);
    expect(agents).toContain(`'${formula}`);
    expect(agents).not.toContain(formula);
  });

  it.each(['format=xml', 'limit=5', 'cursor=x', 'from=yesterday'])(
    '400 invalid_request for %s',
    async (query) => {
      expect(outcome(await world.owner.get(`/audit-events/export?${query}`))).toBe(
        '400 invalid_request',
      );
    },
  );

  it('breaks off without an end when the log cannot be read any further', async () => {
    const { server } = world;
    await server.sql(
      `CREATE FUNCTION readable(seq bigint) RETURNS boolean LANGUAGE plpgsql AS $$
       BEGIN
         IF seq > 600 THEN RAISE EXCEPTION 'cannot be read'; END IF;
         RETURN true;
       END $$`,
    );
    await server.sql('ALTER TABLE chain_block RENAME TO whole_block');
    await server.sql(
      'CREATE VIEW chain_block AS SELECT * FROM whole_block WHERE readable(last_seq)',
    );
    const response = await fetch(`${server.url}/v1/audit-events/export`, {
      headers: { authorization: `Bearer ${server.first.apiKey}` },
    });
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow('terminated');
  });
});
