import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call } from '../measuring/calls.mjs';
import { settled } from '../measuring/target.mjs';
import { latchkey } from '../peers/latchkey/index.mjs';
import { query } from '../running/database.mjs';
import { auditQueries } from '../seeding/audit-filters.mjs';
import { seedEvents } from '../seeding/events.mjs';
import { seedInstallation } from '../seeding/installation.mjs';
import { ensurePartitions } from '../seeding/partitions.mjs';
import { openWorkbench } from './workbench.mjs';

const [organizations, events] = [2, 20_000];

let workbench, installation, server;
beforeAll(async () => {
  workbench = await openWorkbench();
  installation = await seedInstallation(await workbench.database(), organizations);
  await seedEvents(installation, events);
  server = await workbench.start(latchkey, installation.environment);
});
afterAll(() => workbench.close());

describe('seeded events', () => {
  test('are spread over the organizations, numbered without gaps, and 30 days long', async () => {
    const rows = await query(
      installation.databaseUrl,
      `SELECT count(*)::int, max(seq)::int AS last, count(DISTINCT seq)::int AS numbers,
         round(extract(epoch FROM max(occurred_at) - min(occurred_at)) / 86400)::int AS days
       FROM audit_event WHERE action <> 'product.created' GROUP BY organization_id`,
    );
    const share = events / organizations;
    const expected = { count: share, last: share, numbers: share, days: 30 };
    expect(rows).toEqual(Array.from({ length: organizations }, () => expected));
  });

  test('are sealed by the server', async () => {
    await expect(settled({ peer: latchkey, ...installation })).resolves.toBeGreaterThan(0);
  });

  test('answer every filter that is measured, and only what is never there finds nothing', async () => {
    const queries = Object.entries(auditQueries(2));
    for (const [what, filters] of queries.filter(([name]) => !name.startsWith('together'))) {
      const url = `${server.url}/v1/audit-events?${filters}`;
      const { status, body } = await call(url, installation.adminOf(2));
      expect({ what, status }).toEqual({ what, status: 200 });
      const found = JSON.parse(body).data.length > 0;
      expect({ what, found }).toEqual({ what, found: !/never|before all/.test(what) });
    }
  });
});

describe('an audit log that is partitioned by time', () => {
  test('gets the partitions that the last 30 days need, once', async () => {
    const databaseUrl = await workbench.database();
    await query(
      databaseUrl,
      'CREATE TABLE audit_event (occurred_at timestamptz) PARTITION BY RANGE (occurred_at)',
    );
    await query(
      databaseUrl,
      `CREATE TABLE audit_event_now PARTITION OF audit_event FOR VALUES FROM ('${at(-2)}') TO ('${at(5)}')`,
    );
    expect(await ensurePartitions(databaseUrl, 30)).toBe(5);
    expect(await ensurePartitions(databaseUrl, 30)).toBe(0);
    await query(
      databaseUrl,
      `INSERT INTO audit_event SELECT now() - make_interval(days => n) FROM generate_series(0, 30) AS n`,
    );
  });
});

function at(days) {
  return new Date(Date.now() + days * 86_400_000).toISOString();
}
